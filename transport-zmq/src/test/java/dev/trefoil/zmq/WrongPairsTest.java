package dev.trefoil.zmq;

import static dev.trefoil.zmq.Heard.bytes;
import static dev.trefoil.zmq.Node.ANY;
import static dev.trefoil.zmq.Node.boundBy;
import static dev.trefoil.zmq.Node.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.trefoil.Endpoint;
import dev.trefoil.Options;
import dev.trefoil.RejectReason;
import dev.trefoil.spi.Port;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.zeromq.SocketType;
import org.zeromq.ZContext;
import org.zeromq.ZMQ;

/** Roles that ZMTP lets meet, and that do not belong together. */
@Timeout(60)
class WrongPairsTest {
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

  private static void refuseEachOther(Port one, Heard first, Port other, Heard second) {
    other.connect(one.bind(ANY));
    eventually(() -> first.rejections.contains(RejectReason.WRONG_ROLE));
    eventually(() -> second.rejections.contains(RejectReason.WRONG_ROLE));
    assertThat(first.up).isEmpty();
    assertThat(second.up).isEmpty();
  }

  @Test
  void twoRequestersRefuseEachOther() {
    try (Node node = new Node()) {
      Heard.Requests one = new Heard.Requests();
      Heard.Requests two = new Heard.Requests();
      refuseEachOther(
          node.request(one, Options.defaults()), one, node.request(two, Options.defaults()), two);
    }
  }

  @Test
  void twoRepliersRefuseEachOther() {
    try (Node node = new Node()) {
      Heard.Replies one = new Heard.Replies();
      Heard.Replies two = new Heard.Replies();
      refuseEachOther(
          node.reply(one, Options.defaults()), one, node.reply(two, Options.defaults()), two);
    }
  }

  @Test
  void aRequesterAndAReplierRefuseTheRolesOfAtLeastOnce() {
    try (Node node = new Node()) {
      Heard.Requests requests = new Heard.Requests();
      Heard.Targets targets = new Heard.Targets();
      refuseEachOther(
          node.request(requests, Options.defaults()),
          requests,
          node.push(targets, PushPullTest.AT_LEAST_ONCE),
          targets);
      Heard.Replies replies = new Heard.Replies();
      Heard.Pulled pulled = new Heard.Pulled();
      refuseEachOther(
          node.reply(replies, Options.defaults()),
          replies,
          node.pull(pulled, PushPullTest.AT_LEAST_ONCE),
          pulled);
    }
  }

  @Test
  void foreignPeersOfTheSameSocketTypeAreLetIn() {
    try (Node node = new Node();
        ZContext plain = new ZContext()) {
      ZMQ.Socket dealer = plain.createSocket(SocketType.DEALER);
      dealer.setReceiveTimeOut(Math.toIntExact(Node.LIMIT.toMillis()));
      Heard.Requests heard = new Heard.Requests();
      node.request(heard, Options.defaults()).connect(boundBy(dealer));
      eventually(() -> heard.targets.size() == 1);
      heard.targets.get(0).send(1, SECOND, bytes("asked"));
      List<byte[]> frames = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        frames.add(dealer.recv());
      }
      assertThat(frames.get(2)).isEqualTo(bytes("asked"));
      dealer.sendMore(frames.get(0));
      dealer.sendMore(frames.get(1));
      dealer.send("answered");
      eventually(() -> heard.replies.contains("1=answered"));

      ZMQ.Socket router = plain.createSocket(SocketType.ROUTER);
      Heard.Replies replies = new Heard.Replies();
      node.reply(replies, Options.defaults()).connect(boundBy(router));
      eventually(() -> replies.up.size() == 1);
      assertThat(replies.rejections).isEmpty();
    }
  }

  @Test
  void aPeerThatAnswersNoPingIsLetInAfterAWhileAndAtOnceWithoutHeartbeats() throws Exception {
    try (Node node = new Node()) {
      Heard.Replies patient = new Heard.Replies();
      Endpoint at = node.reply(patient, Options.defaults()).bind(ANY);
      try (var silent = HostilePeerTest.up(at)) {
        eventually(() -> patient.up.size() == 1);
        assertThat(silent.isClosed()).isFalse();
      }
      Heard.Replies hasty = new Heard.Replies();
      Options without = Options.builder().heartbeatInterval(Duration.ZERO).build();
      Endpoint other = node.reply(hasty, without).bind(ANY);
      try (var silent = HostilePeerTest.up(other)) {
        eventually(() -> hasty.up.size() == 1);
        assertThat(silent.getInputStream().available()).isZero();
      }
    }
  }
}
