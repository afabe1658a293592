package dev.trefoil.raw.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.channels.SelectionKey;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which connection is read before the selector is asked. */
final class LikelyTest {
  private static final int FEW = 100;
  private static final int MUCH = 10_000;

  private final List<Connection> asked = new ArrayList<>();
  private final Likely likely = new Likely(this::dispatch);

  /** Has so many bytes for each of the next reads. */
  private class Connection implements Ready {
    private int reads;
    private int bytes = FEW;

    @Override
    public void ready(int operations) {
      assertThat(operations).isEqualTo(SelectionKey.OP_READ);
      asked.add(this);
      if (reads > 0) {
        reads--;
        likely.wasRead(this, bytes);
      }
    }

    @Override
    public void orphaned() {}

    Connection with(int moreReads) {
      reads = moreReads;
      return this;
    }
  }

  private void dispatch(Ready channel, int operations) {
    channel.ready(operations);
  }

  /** The selector names these, and each reads once. */
  private void select(Connection... named) {
    likely.selects();
    for (Connection connection : named) {
      connection.with(1).ready(SelectionKey.OP_READ);
    }
    likely.selected(named.length);
    asked.clear();
  }

  @Test
  void whoIsNamedTwiceAndAloneIsReadBeforeTheSelectorIsAsked() {
    Connection one = new Connection();
    select(one);
    assertThat(likely.hadSomething()).isFalse();
    assertThat(asked).isEmpty();
    select(one);
    one.with(1);
    assertThat(likely.hadSomething()).isTrue();
    assertThat(likely.hadSomething()).as("with nothing to read").isFalse();
    assertThat(asked).containsExactly(one, one);
  }

  @Test
  void aLookThatFoundNothingChangesNothing() {
    Connection one = new Connection();
    select(one);
    select();
    select(one);
    select();
    one.with(1);
    assertThat(likely.hadSomething()).isTrue();
  }

  @Test
  void whereSeveralAreBusyNobodyIsReadUnasked() {
    Connection one = new Connection();
    Connection other = new Connection();
    select(one);
    select(other);
    select(one);
    select(other);
    assertThat(likely.hadSomething()).isFalse();
    select(one, other);
    select(one, other);
    assertThat(likely.hadSomething()).isFalse();
    assertThat(asked).isEmpty();
  }

  @Test
  void anotherOneTakesItsPlace() {
    Connection one = new Connection();
    Connection other = new Connection();
    select(one);
    select(one);
    select(other);
    assertThat(likely.hadSomething()).isFalse();
    select(other);
    other.with(1);
    assertThat(likely.hadSomething()).isTrue();
    assertThat(asked).containsExactly(other);
  }

  @Test
  void othersGetTheirChanceAfterEightReads() {
    Connection one = new Connection();
    select(one);
    select(one);
    one.with(100);
    int reads = 0;
    while (likely.hadSomething()) {
      reads++;
    }
    assertThat(reads).isEqualTo(8);
    assertThat(likely.askedAll()).isFalse();
    select();
    assertThat(likely.askedAll()).isTrue();
    one.with(100);
    assertThat(likely.hadSomething()).as("once the selector was asked").isTrue();
  }

  @Test
  void aStreamIsLeftToTheSelector() {
    Connection one = new Connection();
    one.bytes = MUCH;
    select(one);
    select(one);
    one.with(1);
    assertThat(likely.hadSomething()).isFalse();
    one.bytes = FEW;
    select(one);
    one.with(1);
    assertThat(likely.hadSomething()).as("once it has come to its end").isTrue();
  }

  @Test
  void whatHasEndedIsReadNoMore() {
    Connection one = new Connection();
    select(one);
    select(one);
    likely.forget(one);
    assertThat(likely.hadSomething()).isFalse();
    select(one);
    assertThat(likely.hadSomething()).isFalse();
    assertThat(asked).isEmpty();
  }

  @Test
  void whoEndsInItsTurnIsNotNamed() {
    Connection one = new Connection();
    select(one);
    for (int i = 0; i < 2; i++) {
      likely.selects();
      one.with(1).ready(SelectionKey.OP_READ);
      likely.forget(one);
      likely.selected(1);
    }
    asked.clear();
    assertThat(likely.hadSomething()).isFalse();
    assertThat(asked).isEmpty();
  }

  /** The loop looks anew at its deadlines then: one may be for the next attempt to connect. */
  @Test
  void anEndThatIsReadIsSomethingToo() {
    Connection one =
        new Connection() {
          @Override
          public void ready(int operations) {
            super.ready(operations);
            if (asked.size() == 3) {
              likely.forget(this);
            }
          }
        };
    select(one);
    select(one);
    one.with(5);
    assertThat(likely.hadSomething()).isTrue();
    assertThat(likely.hadSomething()).isTrue();
    assertThat(likely.hadSomething()).as("its end").isTrue();
    assertThat(likely.hadSomething()).isFalse();
    assertThat(asked).hasSize(3);
  }
}
