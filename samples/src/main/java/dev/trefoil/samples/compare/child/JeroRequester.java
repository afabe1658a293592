package dev.trefoil.samples.compare.child;

import dev.trefoil.samples.compare.trial.Trial;
import dev.trefoil.samples.compare.trial.Work;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;
import org.zeromq.SocketType;
import org.zeromq.ZMQ;

/** REQ, or DEALER where many requests are outstanding. */
final class JeroRequester extends JeroSide {
  private final Gauge gauge;
  private String address = "";
  private ZMQ.@Nullable Socket socket;

  JeroRequester(Trial trial, Gauge gauge) {
    super(trial);
    this.gauge = gauge;
  }

  @Override
  public void join(String where) throws IOException, InterruptedException {
    address = where;
    if (trial().cell().work() != Work.REQUEST_NEW) {
      boolean many = trial().cell().work() == Work.REQUEST_MANY;
      ZMQ.Socket made = socket(many ? SocketType.DEALER : SocketType.REQ);
      connectAndWait(made, where);
      socket = made;
    }
  }

  @Override
  public void start() {
    ZMQ.Socket one = socket;
    if (one == null) {
      crew().add("requester", new Asking(trial(), gauge, this::askAnew)::run);
    } else if (trial().cell().work() == Work.REQUEST_MANY) {
      crew().add("requester", () -> askMany(one));
    } else {
      crew().add("requester", new Asking(trial(), gauge, request -> ask(one, request))::run);
    }
  }

  private byte[] askAnew(byte[] request) throws IOException {
    try (ZMQ.Socket made = socket(SocketType.REQ)) {
      connect(made, address);
      return ask(made, request);
    }
  }

  private static byte[] ask(ZMQ.Socket one, byte[] request) throws IOException {
    if (!one.send(request)) {
      throw new IOException("JeroMQ had no room for a request: errno " + one.errno());
    }
    return receive(one);
  }

  /** One thread sends and receives, since a socket of JeroMQ is for one thread. */
  private void askMany(ZMQ.Socket one) throws IOException {
    byte[] request = Payloads.plain(trial().cell().size());
    Pace pace = new Pace(trial().rate(), gauge);
    Queue<Long> due = new ArrayDeque<>();
    long next = pace.isFixed() ? pace.following() : 0;
    while (!gauge.isOver()) {
      boolean isTime = !pace.isFixed() || next <= System.nanoTime();
      if (isTime && due.size() < Work.OUTSTANDING && one.send(request, ZMQ.DONTWAIT)) {
        due.add(pace.isFixed() ? next : System.nanoTime());
        next = pace.isFixed() ? pace.following() : 0;
      } else {
        boolean mayWait = due.size() == Work.OUTSTANDING || !pace.isFixed();
        take(mayWait ? one.recv() : one.recv(ZMQ.DONTWAIT), request, due);
      }
    }
    while (!due.isEmpty()) {
      take(receive(one), request, due);
    }
  }

  @SuppressWarnings("ThreadPriorityCheck") // the other process needs this processor more
  private void take(byte @Nullable [] reply, byte[] request, Queue<Long> due) throws IOException {
    if (reply == null) {
      Thread.yield();
      return;
    }
    Payloads.check(reply, request);
    // One connection keeps the order: the oldest request is the one that was answered.
    gauge.lane().time(System.nanoTime() - due.remove());
    gauge.lane().count();
  }

  @Override
  public long stop() throws Exception {
    crew().join();
    return gauge.messages();
  }
}
