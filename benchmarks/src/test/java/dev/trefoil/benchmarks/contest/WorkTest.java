package dev.trefoil.benchmarks.contest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;

class WorkTest {
  @Test
  void itsWordsAreReadBackAsTheSameWork() {
    Work work = Work.of("trefoil-push", "size=64", "scheme=raw");

    assertThat(work.words()).containsExactly("trefoil-push", "scheme=raw", "size=64");
    assertThat(Work.parse(work.words())).isEqualTo(work).hasSameHashCodeAs(work);
  }

  @Test
  void oneSettingMoreMakesAnotherWorkAndLeavesTheFirstAsItWas() {
    Work work = Work.of("nio-push", "size=64");

    assertThat(work.with("size", 1024).size()).isEqualTo(1024);
    assertThat(work.size()).isEqualTo(64);
    assertThat(work.with("size", 64)).isEqualTo(work);
  }

  @Test
  void aSettingThatDoesNotExistIsNamed() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Work.of("nio-push", "sise=64"))
        .withMessageContaining("'sise'");
  }

  @Test
  void aNumberThatIsNoneIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Work.of("nio-push", "size=many").size())
        .withMessageContaining("size=many");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Work.of("nio-push", "size=-1").size())
        .withMessageContaining("negative");
  }

  @Test
  void wordsWithoutContestantOrValueAreRefused() {
    assertThatIllegalArgumentException().isThrownBy(() -> Work.parse(List.of()));
    assertThatIllegalArgumentException().isThrownBy(() -> Work.parse(List.of("nio-push", "size")));
  }
}
