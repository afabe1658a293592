package dev.trefoil.raw.simulation;

import dev.trefoil.DisconnectReason;
import dev.trefoil.Endpoint;
import dev.trefoil.Peer;
import dev.trefoil.RejectReason;
import dev.trefoil.raw.session.SubscriberSide;
import dev.trefoil.raw.wire.Dialect;
import dev.trefoil.raw.wire.FrameRing;
import dev.trefoil.spi.Failure;
import dev.trefoil.spi.Port;
import dev.trefoil.spi.PullPort;
import dev.trefoil.spi.PushPort;
import dev.trefoil.spi.ReplyPort;
import dev.trefoil.spi.RequestPort;
import java.util.Set;

/** Bugs to plant on purpose, one for each role: wrappers between a role, its port and its sides. */
enum Fault {
  NONE,
  REQUESTER_MATCHES_THE_WRONG_ID,
  REPLIER_SWALLOWS_A_REPLY,
  PUBLISHER_MISCOUNTS_A_GAP,
  SUBSCRIBER_FORGETS_AT_RECONNECT,
  PUSHER_TAKES_A_LOSS_FOR_DONE,
  PULLER_ACKNOWLEDGES_BEFORE_HANDLING;

  private static final int SELDOM = 10;

  RequestPort.Listener in(RequestPort.Listener role, World world) {
    return this == REQUESTER_MATCHES_THE_WRONG_ID ? new WrongId(role, world) : role;
  }

  ReplyPort.Listener in(ReplyPort.Listener role, World world) {
    return this == REPLIER_SWALLOWS_A_REPLY ? new Swallowing(role, world) : role;
  }

  PushPort.Listener in(PushPort.Listener role) {
    return this == PUSHER_TAKES_A_LOSS_FOR_DONE ? new Careless(role) : role;
  }

  PullPort.Listener in(PullPort.Listener role) {
    return this == PULLER_ACKNOWLEDGES_BEFORE_HANDLING ? new Hasty(role) : role;
  }

  SubscriberSide.Hub in(SubscriberSide.Hub hub, boolean reconnected) {
    return this == SUBSCRIBER_FORGETS_AT_RECONNECT && reconnected ? new Forgetful(hub) : hub;
  }

  void published(Set<SimulatedConnection> subscribers, World world) {
    if (this == PUBLISHER_MISCOUNTS_A_GAP && world.onceIn(SELDOM)) {
      for (SimulatedConnection each : subscribers) {
        if (each.session.outlet().queue() instanceof FrameRing ring) {
          ring.missed();
        }
      }
    }
  }

  /** Passes on what every port tells. */
  private abstract static class Wrapper<L extends Port.Listener> implements Port.Listener {
    final L role;

    Wrapper(L role) {
      this.role = role;
    }

    @Override
    public void peerUp(Peer peer) {
      role.peerUp(peer);
    }

    @Override
    public void peerDown(Peer peer, DisconnectReason reason, String detail) {
      role.peerDown(peer, reason, detail);
    }

    @Override
    public void rejected(Endpoint endpoint, String address, RejectReason reason, String detail) {
      role.rejected(endpoint, address, reason, detail);
    }

    @Override
    public void connectFailed(Endpoint endpoint, String why) {
      role.connectFailed(endpoint, why);
    }
  }

  private static final class WrongId extends Wrapper<RequestPort.Listener>
      implements RequestPort.Listener {
    private final World world;

    WrongId(RequestPort.Listener role, World world) {
      super(role);
      this.world = world;
    }

    @Override
    public void targetUp(RequestPort.Target target) {
      role.targetUp(target);
    }

    @Override
    public void targetReady(RequestPort.Target target) {
      role.targetReady(target);
    }

    @Override
    public void targetLeaving(RequestPort.Target target) {
      role.targetLeaving(target);
    }

    @Override
    public void targetDown(RequestPort.Target target, DisconnectReason reason, String detail) {
      role.targetDown(target, reason, detail);
    }

    @Override
    public void reply(RequestPort.Target target, int id, byte[] body) {
      role.reply(target, world.onceIn(SELDOM) ? id + 1 : id, body);
    }

    @Override
    public void failed(RequestPort.Target target, int id, Failure failure, String message) {
      role.failed(target, id, failure, message);
    }
  }

  private static final class Swallowing extends Wrapper<ReplyPort.Listener>
      implements ReplyPort.Listener {
    private final World world;

    Swallowing(ReplyPort.Listener role, World world) {
      super(role);
      this.world = world;
    }

    @Override
    public boolean request(ReplyPort.Incoming incoming) {
      return role.request(world.onceIn(SELDOM) ? new Mute(incoming) : incoming);
    }

    @Override
    public void batchEnd() {
      role.batchEnd();
    }
  }

  private record Mute(ReplyPort.Incoming incoming) implements ReplyPort.Incoming {
    @Override
    public Peer peer() {
      return incoming.peer();
    }

    @Override
    public byte[] body() {
      return incoming.body();
    }

    @Override
    public long deadlineNanos() {
      return incoming.deadlineNanos();
    }

    @Override
    public boolean canFail() {
      return incoming.canFail();
    }

    @Override
    public void reply(byte[] body) {
      // The bug: nothing leaves.
    }

    @Override
    public void fail(Failure failure, String message) {
      incoming.fail(failure, message);
    }
  }

  private static final class Careless extends Wrapper<PushPort.Listener>
      implements PushPort.Listener {
    Careless(PushPort.Listener role) {
      super(role);
    }

    @Override
    public void targetUp(PushPort.Target target) {
      role.targetUp(target);
    }

    @Override
    public void targetReady(PushPort.Target target) {
      role.targetReady(target);
    }

    @Override
    public void targetLeaving(PushPort.Target target) {
      role.targetLeaving(target);
    }

    @Override
    public void targetDown(PushPort.Target target, DisconnectReason reason, String detail) {
      // The bug: what was out is not sent again, as if it had been acknowledged.
      role.acknowledged(target, 1, Long.MAX_VALUE);
      role.targetDown(target, reason, detail);
    }

    @Override
    public void credit(PushPort.Target target, int messages) {
      role.credit(target, messages);
    }

    @Override
    public void acknowledged(PushPort.Target target, long first, long last) {
      role.acknowledged(target, first, last);
    }

    @Override
    public void refused(PushPort.Target target, long sequence, Failure failure, String message) {
      role.refused(target, sequence, failure, message);
    }
  }

  private static final class Hasty extends Wrapper<PullPort.Listener> implements PullPort.Listener {
    Hasty(PullPort.Listener role) {
      super(role);
    }

    @Override
    public boolean message(PullPort.Source from, byte[] body) {
      return role.message(from, body);
    }

    @Override
    public boolean message(
        PullPort.Source from, long sequence, long number, int attempt, byte[] body) {
      from.acknowledge(sequence);
      return role.message(new Settled(from), sequence, number, attempt, body);
    }

    @Override
    public void batchEnd() {
      role.batchEnd();
    }
  }

  private record Settled(PullPort.Source source) implements PullPort.Source {
    @Override
    public Peer peer() {
      return source.peer();
    }

    @Override
    public long senderId() {
      return source.senderId();
    }

    @Override
    public void acknowledge(long sequence) {
      // It was, before the handler ran: that is the bug.
    }

    @Override
    public void refuse(long sequence, Failure failure, String message) {
      // Too late.
    }
  }

  private record Forgetful(SubscriberSide.Hub hub) implements SubscriberSide.Hub {
    @Override
    public void join(SubscriberSide side) {
      // The bug: the publisher is not told of the topics.
    }

    @Override
    public void leave(SubscriberSide side) {
      hub.leave(side);
    }

    @Override
    public boolean wanted(Dialect dialect, byte[] start) {
      return hub.wanted(dialect, start);
    }
  }
}
