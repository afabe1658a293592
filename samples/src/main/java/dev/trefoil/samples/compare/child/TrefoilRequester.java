package dev.trefoil.samples.compare.child;

import dev.trefoil.Codec;
import dev.trefoil.Requester;
import dev.trefoil.samples.compare.trial.Trial;
import dev.trefoil.samples.compare.trial.Work;
import java.io.IOException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Asks: one at a time, many at once, or each over a connection of its own. */
final class TrefoilRequester extends TrefoilSide {
  private static final long LAST_REPLIES_SECONDS = 6;

  private final Crew crew = new Crew();
  private final Gauge gauge;
  private @Nullable Requester<byte[], byte[]> requester;
  private String address = "";

  TrefoilRequester(Trial trial, Gauge gauge) {
    super(trial);
    this.gauge = gauge;
  }

  @Override
  public void join(String where) throws IOException, InterruptedException {
    address = where;
    if (trial().cell().work() != Work.REQUEST_NEW) {
      Requester<byte[], byte[]> made = newRequester();
      requester = made;
      awaitPeers(made, 1);
    }
  }

  private Requester<byte[], byte[]> newRequester() {
    Requester<byte[], byte[]> made = messaging().requester(Codec.bytes(), Codec.bytes(), options());
    made.connect(address);
    return made;
  }

  @Override
  public void start() {
    Requester<byte[], byte[]> one = requester;
    if (one == null) {
      crew.add("requester", new Asking(trial(), gauge, this::askAnew)::run);
    } else if (trial().cell().work() == Work.REQUEST_MANY) {
      crew.add("requester", () -> askMany(one));
    } else {
      crew.add("requester", new Asking(trial(), gauge, request -> ask(one, request))::run);
    }
  }

  private byte[] askAnew(byte[] request) throws InterruptedException {
    try (Requester<byte[], byte[]> made = newRequester()) {
      return ask(made, request);
    }
  }

  private byte[] ask(Requester<byte[], byte[]> one, byte[] request) throws InterruptedException {
    long start = System.nanoTime();
    byte[] reply = one.request(request);
    gauge.lane().call(System.nanoTime() - start);
    return reply;
  }

  private void askMany(Requester<byte[], byte[]> one) throws Exception {
    byte[] request = Payloads.plain(trial().cell().size());
    Pace pace = new Pace(trial().rate(), gauge);
    Semaphore room = new Semaphore(Work.OUTSTANDING);
    while (!gauge.isOver()) {
      long due = pace.await();
      room.acquire();
      long start = System.nanoTime();
      var unused =
          one.requestAsync(request)
              .whenComplete((reply, failure) -> ended(due, start, failure, room));
    }
    // Each request ends by itself, at its deadline at the latest.
    if (!room.tryAcquire(Work.OUTSTANDING, LAST_REPLIES_SECONDS, TimeUnit.SECONDS)) {
      throw new IOException("requests did not end by themselves");
    }
  }

  private void ended(long due, long start, @Nullable Throwable failure, Semaphore room) {
    long end = System.nanoTime();
    Gauge.Lane lane = gauge.lane();
    if (failure == null) {
      lane.time(end - due);
      lane.call(end - start);
      lane.count();
    } else {
      lane.error(failure);
    }
    room.release();
  }

  @Override
  public long stop() throws Exception {
    crew.join();
    return gauge.messages();
  }
}
