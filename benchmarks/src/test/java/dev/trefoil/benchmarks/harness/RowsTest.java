package dev.trefoil.benchmarks.harness;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.trefoil.benchmarks.contest.Contestants;
import org.junit.jupiter.api.Test;

class RowsTest {
  @Test
  void eachRowHasAnIdOfItsOwn() {
    assertThat(Rows.all()).extracting(Row::id).doesNotHaveDuplicates();
  }

  @Test
  void eachContestantOfARowExists() {
    for (Row row : Rows.all()) {
      row.works()
          .forEach(
              work ->
                  assertThatCode(() -> Contestants.flow(work.contestant()))
                      .as(row.id())
                      .doesNotThrowAnyException());
    }
  }

  @Test
  void rowsAreChosenByAPartOfTheirId() {
    assertThat(Rows.matching("^idle-")).isNotEmpty().allMatch(row -> row.id().startsWith("idle-"));
  }

  @Test
  void whatIsNoExpressionIsRefusedInOneLine() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Rows.matching("[a"))
        .withMessage("--rows [a is no regular expression: Unclosed character class");
  }

  @Test
  void anExpressionThatChoosesNothingIsAnErrorThatNamesTheRows() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Rows.matching("nonsense"))
        .withMessageContaining("push-64-floor");
  }
}
