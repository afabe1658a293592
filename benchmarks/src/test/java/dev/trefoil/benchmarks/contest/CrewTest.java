package dev.trefoil.benchmarks.contest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(10)
class CrewTest {
  private final Crew crew = new Crew();

  @Test
  void itEndsWhenAllLoopsHave() throws Exception {
    AtomicInteger ran = new AtomicInteger();
    for (int i = 0; i < 5; i++) {
      crew.add(ran::incrementAndGet);
    }
    crew.run();

    assertThat(ran).hasValue(5);
  }

  @Test
  void itEndsAtOnceWithTheFailureOfOneLoop() {
    CountDownLatch never = new CountDownLatch(1);
    crew.add(never::await);
    crew.add(
        () -> {
          throw new IOException("broken");
        });

    assertThatIOException().isThrownBy(crew::run).withMessage("broken");
  }

  @Test
  void nothingToRunIsNothingToWaitFor() throws Exception {
    crew.run();
  }
}
