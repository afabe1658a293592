package dev.trefoil.samples.compare.child;

import dev.trefoil.samples.compare.trial.Trial;
import dev.trefoil.samples.compare.trial.Work;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.Socket;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Asks over blocking sockets; with many outstanding, one thread writes and one reads. */
final class SocketRequester extends SocketSide {
  private static final int LAST_REPLIES_SECONDS = 5;

  private final Crew crew = new Crew();
  private final Trial trial;
  private final Gauge gauge;
  private String address = "";
  private @Nullable Socket socket;

  SocketRequester(Trial trial, Gauge gauge) {
    this.trial = trial;
    this.gauge = gauge;
  }

  @Override
  public void join(String where) throws IOException {
    address = where;
    if (trial.cell().work() != Work.REQUEST_NEW) {
      socket = keep(connect(where));
    }
  }

  @Override
  public void start() throws IOException {
    Socket one = socket;
    if (one == null) {
      crew.add("requester", new Asking(trial, gauge, this::askAnew)::run);
      return;
    }
    DataInputStream in = in(one);
    if (trial.cell().work() == Work.REQUEST_MANY) {
      Semaphore room = new Semaphore(Work.OUTSTANDING);
      Queue<Long> due = new ConcurrentLinkedQueue<>();
      crew.add("reader", () -> readReplies(in, due, room));
      crew.add("requester", () -> writeRequests(one, due, room));
    } else {
      crew.add("requester", new Asking(trial, gauge, request -> ask(one, in, request))::run);
    }
  }

  private byte[] askAnew(byte[] request) throws IOException {
    try (Socket made = connect(address)) {
      return ask(made, in(made), request);
    }
  }

  private static byte[] ask(Socket one, DataInputStream in, byte[] request) throws IOException {
    write(one, request);
    byte[] reply = read(in);
    if (reply == null) {
      throw new EOFException("the replier has gone");
    }
    return reply;
  }

  private void writeRequests(Socket one, Queue<Long> due, Semaphore room) throws Exception {
    byte[] request = Payloads.plain(trial.cell().size());
    Pace pace = new Pace(trial.rate(), gauge);
    while (!gauge.isOver()) {
      long time = pace.await();
      if (!room.tryAcquire(LAST_REPLIES_SECONDS, TimeUnit.SECONDS)) {
        throw new IOException("no reply came within 5 s");
      }
      due.add(time);
      write(one, request);
    }
    if (!room.tryAcquire(Work.OUTSTANDING, LAST_REPLIES_SECONDS, TimeUnit.SECONDS)) {
      throw new IOException("not all replies came within 5 s");
    }
    one.shutdownOutput();
  }

  private void readReplies(DataInputStream in, Queue<Long> due, Semaphore room) throws IOException {
    byte[] plain = Payloads.plain(trial.cell().size());
    Gauge.Lane lane = gauge.lane();
    byte[] reply = read(in);
    while (reply != null) {
      Payloads.check(reply, plain);
      // One connection keeps the order: the oldest request is the one that was answered.
      lane.time(System.nanoTime() - due.remove());
      lane.count();
      room.release();
      reply = read(in);
    }
  }

  @Override
  public long stop() throws Exception {
    crew.join();
    return gauge.messages();
  }
}
