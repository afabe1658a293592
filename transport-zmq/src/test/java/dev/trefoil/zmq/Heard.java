package dev.trefoil.zmq;

import dev.trefoil.DisconnectReason;
import dev.trefoil.Endpoint;
import dev.trefoil.Peer;
import dev.trefoil.RejectReason;
import dev.trefoil.spi.Failure;
import dev.trefoil.spi.PublishPort;
import dev.trefoil.spi.PullPort;
import dev.trefoil.spi.PushPort;
import dev.trefoil.spi.ReplyPort;
import dev.trefoil.spi.RequestPort;
import dev.trefoil.spi.SubscribePort;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Listeners that write down what they hear. */
class Heard {
  final List<Peer> up = new CopyOnWriteArrayList<>();
  final List<String> down = new CopyOnWriteArrayList<>();
  final List<RejectReason> rejections = new CopyOnWriteArrayList<>();
  final List<String> failures = new CopyOnWriteArrayList<>();

  public void peerUp(Peer peer) {
    up.add(peer);
  }

  public void peerDown(Peer peer, DisconnectReason reason, String detail) {
    down.add(reason.name());
  }

  public void rejected(Endpoint endpoint, String address, RejectReason reason, String detail) {
    rejections.add(reason);
  }

  public void connectFailed(Endpoint endpoint, String why) {
    failures.add(why);
  }

  static String text(byte[] body) {
    return new String(body, StandardCharsets.UTF_8);
  }

  static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** A requester's. */
  static class Requests extends Heard implements RequestPort.Listener {
    final List<RequestPort.Target> targets = new CopyOnWriteArrayList<>();
    final List<RequestPort.Target> leaving = new CopyOnWriteArrayList<>();
    final List<String> replies = Collections.synchronizedList(new ArrayList<>());
    final List<String> refusals = new CopyOnWriteArrayList<>();

    @Override
    public void targetUp(RequestPort.Target target) {
      targets.add(target);
    }

    @Override
    public void targetReady(RequestPort.Target target) {}

    @Override
    public void targetLeaving(RequestPort.Target target) {
      leaving.add(target);
    }

    @Override
    public void targetDown(RequestPort.Target target, DisconnectReason reason, String detail) {
      targets.remove(target);
    }

    @Override
    public void reply(RequestPort.Target target, int id, byte[] body) {
      replies.add(id + "=" + text(body));
    }

    @Override
    public void failed(RequestPort.Target target, int id, Failure failure, String message) {
      refusals.add(id + "=" + failure + ":" + message);
    }
  }

  /** A replier's: answers at once with the body. */
  static class Replies extends Heard implements ReplyPort.Listener {
    final List<ReplyPort.Incoming> requests = Collections.synchronizedList(new ArrayList<>());

    @Override
    public boolean request(ReplyPort.Incoming incoming) {
      requests.add(incoming);
      answer(incoming);
      return true;
    }

    void answer(ReplyPort.Incoming incoming) {
      incoming.reply(incoming.body());
    }

    @Override
    public void batchEnd() {}
  }

  /** A publisher's. */
  static class Subscriptions extends Heard implements PublishPort.Listener {
    @Override
    public void subscriptionsChanged() {}
  }

  /** A subscriber's. */
  static class Messages extends Heard implements SubscribePort.Listener {
    final List<String> messages = new CopyOnWriteArrayList<>();

    @Override
    public boolean message(Peer from, byte[] topic, byte[] body, long missed) {
      messages.add(text(topic) + "|" + text(body));
      return true;
    }

    @Override
    public void batchEnd() {}
  }

  /** A pusher's. */
  static class Targets extends Heard implements PushPort.Listener {
    final List<PushPort.Target> targets = new CopyOnWriteArrayList<>();
    final List<PushPort.Target> leaving = new CopyOnWriteArrayList<>();
    final List<Integer> credits = new CopyOnWriteArrayList<>();
    final List<String> answers = new CopyOnWriteArrayList<>();

    @Override
    public void targetUp(PushPort.Target target) {
      targets.add(target);
    }

    @Override
    public void targetReady(PushPort.Target target) {}

    @Override
    public void targetLeaving(PushPort.Target target) {
      leaving.add(target);
    }

    @Override
    public void targetDown(PushPort.Target target, DisconnectReason reason, String detail) {
      targets.remove(target);
    }

    @Override
    public void credit(PushPort.Target target, int messages) {
      credits.add(messages);
    }

    @Override
    public void acknowledged(PushPort.Target target, long first, long last) {
      answers.add("done " + first + "-" + last);
    }

    @Override
    public void refused(PushPort.Target target, long sequence, Failure failure, String message) {
      answers.add("refused " + sequence + " " + failure + " " + message);
    }
  }

  /** A puller's. */
  static class Pulled extends Heard implements PullPort.Listener {
    final List<String> messages = new CopyOnWriteArrayList<>();
    final List<PullPort.Source> sources = new CopyOnWriteArrayList<>();

    @Override
    public boolean message(PullPort.Source from, byte[] body) {
      sources.add(from);
      messages.add(text(body));
      return true;
    }

    @Override
    public boolean message(
        PullPort.Source from, long sequence, long number, int attempt, byte[] body) {
      sources.add(from);
      messages.add(sequence + "/" + number + "/" + attempt + "=" + text(body));
      return true;
    }

    @Override
    public void batchEnd() {}
  }
}
