package dev.trefoil.zmq;

import static dev.trefoil.zmq.Node.ANY;
import static dev.trefoil.zmq.Node.tcp;

import dev.trefoil.Endpoint;
import dev.trefoil.Options;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.zeromq.SocketType;
import org.zeromq.ZContext;
import org.zeromq.ZMQ;
import org.zeromq.ZMQException;

/**
 * Counts connects after which nothing comes through within two seconds, by who connects to whom.
 * Not a test: it asserts nothing, and runs only when it is named.
 */
class ConnectExperiment {
  private static final int CONNECTS = 300;
  private static final int CROWD = 10;
  private static final int STALL_MILLIS = 2_000;

  private static void report(String who, int stalled) {
    System.out.printf("%-32s stalled %d of %d%n", who, stalled, CONNECTS);
  }

  /** Each socket in a context of its own, so that the I/O thread has just started. */
  private static int reqs(String to) {
    int stalled = 0;
    for (int i = 0; i < CONNECTS; i++) {
      try (ZContext plain = new ZContext()) {
        ZMQ.Socket req = plain.createSocket(SocketType.REQ);
        req.setReceiveTimeOut(STALL_MILLIS);
        req.setLinger(0);
        req.connect(to);
        req.send("hello");
        stalled += req.recv() == null ? 1 : 0;
      }
    }
    return stalled;
  }

  /** Ten at once on one I/O thread, so that commands come while others connect. */
  private static int crowds(String to) {
    int stalled = 0;
    for (int i = 0; i < CONNECTS / CROWD; i++) {
      try (ZContext plain = new ZContext()) {
        List<ZMQ.Socket> all = new ArrayList<>();
        for (int j = 0; j < CROWD; j++) {
          ZMQ.Socket req = plain.createSocket(SocketType.REQ);
          req.setReceiveTimeOut(STALL_MILLIS);
          req.setLinger(0);
          req.connect(to);
          req.send("hello");
          all.add(req);
        }
        for (ZMQ.Socket req : all) {
          stalled += req.recv() == null ? 1 : 0;
        }
      }
    }
    return stalled;
  }

  private static void echo(ZMQ.Socket rep) {
    Thread thread =
        new Thread(
            () -> {
              try {
                while (true) {
                  rep.send(rep.recv());
                }
              } catch (ZMQException e) {
                System.out.println("the server ends: " + e.getMessage());
              }
            });
    thread.setDaemon(true);
    thread.start();
  }

  @Test
  void jeroMqConnects() {
    try (ZContext server = new ZContext();
        Node node = new Node()) {
      ZMQ.Socket rep = server.createSocket(SocketType.REP);
      int port = rep.bindToRandomPort("tcp://127.0.0.1");
      echo(rep);
      report("JeroMQ connects to JeroMQ:", reqs("tcp://127.0.0.1:" + port));
      report("the same, ten at once:", crowds("tcp://127.0.0.1:" + port));
      Endpoint at = node.reply(new Heard.Replies(), Options.defaults()).bind(ANY);
      report("JeroMQ connects to Trefoil:", reqs(tcp(at)));
      report("the same, ten at once:", crowds(tcp(at)));
    }
  }

  @Test
  void trefoilConnects() throws InterruptedException {
    try (ZContext server = new ZContext();
        Node node = new Node()) {
      ZMQ.Socket rep = server.createSocket(SocketType.REP);
      int port = rep.bindToRandomPort("tcp://127.0.0.1");
      echo(rep);
      report("Trefoil connects to JeroMQ:", ports(Endpoint.of("zmq://127.0.0.1:" + port)));
      Endpoint at = node.reply(new Heard.Replies(), Options.defaults()).bind(ANY);
      report("Trefoil connects to Trefoil:", ports(at));
    }
  }

  private static int ports(Endpoint to) throws InterruptedException {
    int stalled = 0;
    try (Node node = new Node()) {
      for (int i = 0; i < CONNECTS; i++) {
        Heard.Requests heard = new Heard.Requests();
        var port = node.request(heard, Options.defaults());
        port.connect(to);
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(STALL_MILLIS);
        boolean sent = false;
        while (heard.replies.isEmpty() && System.nanoTime() < end) {
          if (!sent && !heard.targets.isEmpty()) {
            sent = heard.targets.get(0).send(i, STALL_MILLIS * 1_000_000L, Heard.bytes("hello"));
          }
          // Nothing to wait on: what is heard goes into plain queues. The pause leaves others a
          // processor.
          TimeUnit.MICROSECONDS.sleep(100);
        }
        stalled += heard.replies.isEmpty() ? 1 : 0;
        port.close(java.time.Duration.ZERO);
      }
    }
    return stalled;
  }
}
