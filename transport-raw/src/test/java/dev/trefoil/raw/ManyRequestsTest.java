package dev.trefoil.raw;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trefoil.Codec;
import dev.trefoil.Messaging;
import dev.trefoil.Options;
import dev.trefoil.Replier;
import dev.trefoil.Requester;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Many requests at once: what is handled and written together holds nobody up. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
final class ManyRequestsTest {
  private static final String ANYWHERE = "raw://127.0.0.1:0";
  private static final int SECONDS = 30;

  /** For requests: longer than a test waits for their replies. */
  private static final Options PATIENT =
      Options.builder().requestTimeout(Duration.ofSeconds(2 * SECONDS)).build();

  private static void askMany(Requester<String, String> asker, int count) throws Exception {
    List<CompletableFuture<String>> all = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      all.add(asker.requestAsync("quick " + i));
    }
    for (int i = 0; i < count; i++) {
      assertThat(all.get(i).get(SECONDS, TimeUnit.SECONDS)).isEqualTo("quick " + i);
    }
  }

  @Test
  void aHandlerThatBlocksDoesNotKeepTheRepliesBeforeItFromLeaving() throws Exception {
    CountDownLatch block = new CountDownLatch(1);
    try (Messaging here = Messaging.create();
        Messaging there = Messaging.create()) {
      Replier<String, String> replier =
          there.replier(
              Codec.utf8(),
              Codec.utf8(),
              request -> {
                if (request.equals("slow")) {
                  assertThat(block.await(SECONDS, TimeUnit.SECONDS)).isTrue();
                }
                return request;
              },
              Options.builder().handlerConcurrency(1).build());
      Requester<String, String> asker = here.requester(Codec.utf8(), Codec.utf8(), PATIENT);
      asker.connect(replier.bind(ANYWHERE).toString());
      for (int round = 0; round < 5; round++) {
        askMany(asker, 1_000); // so that it is known to be quick
      }

      List<CompletableFuture<String>> before = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        before.add(asker.requestAsync("before"));
      }
      CompletableFuture<String> slow = asker.requestAsync("slow");
      CompletableFuture<String> after = asker.requestAsync("after");
      for (CompletableFuture<String> each : before) {
        assertThat(each.get(SECONDS / 2, TimeUnit.SECONDS))
            .isEqualTo("before"); // less than it blocks
      }
      assertThat(slow).isNotDone();
      assertThat(after).isNotDone();
      block.countDown();
      assertThat(after.get(SECONDS, TimeUnit.SECONDS)).isEqualTo("after");
    } finally {
      block.countDown();
    }
  }

  @Test
  void eachReplyMayAskAgainAndNoneIsLost() throws Exception {
    try (Messaging here = Messaging.create();
        Messaging there = Messaging.create()) {
      Replier<String, String> replier =
          there.replier(Codec.utf8(), Codec.utf8(), request -> request);
      Requester<String, String> asker = here.requester(Codec.utf8(), Codec.utf8(), PATIENT);
      asker.connect(replier.bind(ANYWHERE).toString());
      AtomicInteger left = new AtomicInteger(100_000);
      List<CompletableFuture<Void>> chains = new ArrayList<>();
      for (int i = 0; i < 600; i++) { // more than the table of outstanding ones has room for
        chains.add(chain(asker, left));
      }
      for (CompletableFuture<Void> chain : chains) {
        chain.get(SECONDS, TimeUnit.SECONDS);
      }
      assertThat(asker.outstanding()).isZero();
    }
  }

  private static CompletableFuture<Void> chain(
      Requester<String, String> asker, AtomicInteger left) {
    CompletableFuture<Void> end = new CompletableFuture<>();
    next(asker, left, end);
    return end;
  }

  private static void next(
      Requester<String, String> asker, AtomicInteger left, CompletableFuture<Void> end) {
    int mine = left.getAndDecrement();
    if (mine <= 0) {
      end.complete(null);
      return;
    }
    CompletableFuture<String> unused =
        asker
            .requestAsync("request " + mine)
            .whenComplete(
                (reply, error) -> {
                  if (error != null || !reply.equals("request " + mine)) {
                    end.completeExceptionally(new AssertionError(reply, error));
                  } else {
                    next(asker, left, end);
                  }
                });
  }

  @Test
  void whoWaitsForAFutureWithinAHandlerHasSentItsRequest() throws Exception {
    try (Messaging here = Messaging.create();
        Messaging there = Messaging.create()) {
      Replier<String, String> last = there.replier(Codec.utf8(), Codec.utf8(), request -> request);
      Requester<String, String> behind = there.requester(Codec.utf8(), Codec.utf8(), PATIENT);
      behind.connect(last.bind(ANYWHERE).toString());
      Replier<String, String> replier =
          there.replier(Codec.utf8(), Codec.utf8(), request -> behind.requestAsync(request).join());
      Requester<String, String> asker = here.requester(Codec.utf8(), Codec.utf8(), PATIENT);
      asker.connect(replier.bind(ANYWHERE).toString());
      for (int round = 0; round < 10; round++) {
        askMany(asker, 100);
      }
    }
  }
}
