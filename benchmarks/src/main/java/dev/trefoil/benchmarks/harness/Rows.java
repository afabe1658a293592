package dev.trefoil.benchmarks.harness;

import dev.trefoil.benchmarks.contest.Work;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/** Every comparison that there is, with its target. */
final class Rows {
  /** An array of 64 bytes with its header, and what a message may cost beside it. */
  private static final int PAYLOAD_64 = 16 + 64;

  private static final int BESIDE_PAYLOAD = 32;

  private static final Work RAW_PUSH = Work.of("trefoil-push", "scheme=raw", "size=64");
  private static final Work RAW_REQUEST =
      Work.of("trefoil-request", "scheme=raw", "size=64", "outstanding=1");
  private static final Work RAW_PUBLISH =
      Work.of("trefoil-publish", "scheme=raw", "size=64", "subscribers=8");
  private static final Work NIO_PUSH = Work.of("nio-push", "size=64");
  private static final Work SOCKETS = Work.of("sockets-request", "size=64");
  private static final Work JERO_PUSH = Work.of("jeromq-push", "size=64");
  private static final Work JERO_REQUEST = Work.of("jeromq-request", "size=64");

  private final List<Row> rows = new ArrayList<>();

  private Rows() {}

  static List<Row> all() {
    Rows all = new Rows();
    all.pushRows();
    all.requestRows();
    all.publishRows();
    all.zmqRows();
    all.idleRows();
    all.costRows();
    return List.copyOf(all.rows);
  }

  /** Those whose id has a part that matches. */
  static List<Row> matching(String regex) {
    Pattern pattern;
    try {
      pattern = Pattern.compile(regex);
    } catch (PatternSyntaxException e) {
      throw new IllegalArgumentException(
          "--rows " + regex + " is no regular expression: " + e.getDescription(), e);
    }
    List<Row> chosen = all().stream().filter(row -> pattern.matcher(row.id()).find()).toList();
    if (chosen.isEmpty()) {
      throw new IllegalArgumentException(
          "no row matches '" + regex + "'; there are " + all().stream().map(Row::id).toList());
    }
    return chosen;
  }

  private void add(
      String id,
      String title,
      Metric metric,
      Work subject,
      @Nullable Work reference,
      @Nullable Target target) {
    rows.add(new Row(id, title, metric, subject, reference, target));
  }

  private void pushRows() {
    add(
        "push-64-floor",
        "raw push→pull 64 B, of the NIO floor",
        Metric.RATE,
        RAW_PUSH,
        NIO_PUSH,
        Target.atLeast(0.6));
    add(
        "push-64-jeromq",
        "raw push→pull 64 B, of plain JeroMQ",
        Metric.RATE,
        RAW_PUSH,
        JERO_PUSH,
        Target.atLeast(2.5));
    pushSize("1k", "1 KiB", 1024, 0.8);
    pushSize("64k", "64 KiB", 64 * 1024, 0.9);
    pushSize("1m", "1 MiB", 1024 * 1024, 0.9);
    add(
        "push-64-acknowledged",
        "raw push→pull 64 B at-least-once, of at-most-once",
        Metric.RATE,
        RAW_PUSH.with("assurance", "acknowledged"),
        RAW_PUSH,
        Target.atLeast(0.6));
    add(
        "push-64-inline",
        "raw push→pull 64 B with an inline handler, of the NIO floor",
        Metric.RATE,
        RAW_PUSH.with("take", "inline"),
        NIO_PUSH,
        null);
  }

  private void pushSize(String id, String name, int size, double ratio) {
    add(
        "push-" + id + "-floor",
        "raw push→pull " + name + ", of the NIO floor",
        Metric.RATE,
        RAW_PUSH.with("size", size),
        NIO_PUSH.with("size", size),
        Target.atLeast(ratio));
  }

  private void requestRows() {
    add(
        "request-64-p50",
        "raw request-reply 64 B, one outstanding, p50, of blocking sockets",
        Metric.P50,
        RAW_REQUEST,
        SOCKETS,
        Target.atMost(1.0));
    add("request-64-p99", "the same, p99", Metric.P99, RAW_REQUEST, SOCKETS, Target.atMost(1.3));
    add(
        "request-64-inline-p50",
        "the same with an inline handler, p50",
        Metric.P50,
        RAW_REQUEST.with("take", "inline"),
        SOCKETS,
        null);
    add(
        "request-64-spin-p50",
        "the same with spin, p50",
        Metric.P50,
        RAW_REQUEST.with("wait", "spin"),
        SOCKETS,
        Target.atMost(0.6));
    add(
        "request-64-spin-inline-p50",
        "the same with spin and an inline handler, p50",
        Metric.P50,
        RAW_REQUEST.with("wait", "spin").with("take", "inline"),
        SOCKETS,
        null);
    add(
        "request-64-spinning-sockets-p50",
        "spinning sockets, p50, of blocking sockets",
        Metric.P50,
        Work.of("spinning-request", "size=64"),
        SOCKETS,
        null);
    add(
        "request-64-256",
        "raw request-reply 64 B, 256 outstanding, of plain JeroMQ DEALER/ROUTER",
        Metric.RATE,
        RAW_REQUEST.with("outstanding", 256),
        Work.of("jeromq-dealer", "size=64", "outstanding=256"),
        Target.atLeast(3));
  }

  private void publishRows() {
    add(
        "publish-64-8",
        "raw publish 64 B to 8 subscribers, deliveries, of plain JeroMQ",
        Metric.RATE,
        RAW_PUBLISH,
        Work.of("jeromq-publish", "size=64", "subscribers=8"),
        Target.atLeast(2));
    add(
        "publish-64-8-stalled",
        "the same beside one stalled subscriber, of without",
        Metric.RATE,
        RAW_PUBLISH.with("stalled", 1),
        RAW_PUBLISH,
        Target.atLeast(0.9));
    Work lossless = RAW_PUBLISH.with("overflow", "block").with("take", "inline");
    add(
        "publish-64-1000",
        "raw publish 64 B to 1,000 subscribers, publisher's CPU per delivery, of 10 subscribers",
        Metric.PUBLISHER_CPU,
        lossless.with("subscribers", 1_000),
        lossless.with("subscribers", 10),
        Target.atMost(1.3));
    Work topics = lossless.with("subscribers", 10);
    add(
        "publish-64-subscriptions",
        "raw publish 64 B with 100,000 subscriptions, publisher's CPU per message, of 10",
        Metric.PUBLISHER_CPU,
        topics.with("subscriptions", 100_000),
        topics.with("subscriptions", 10),
        Target.atMost(2));
  }

  private void zmqRows() {
    Work push = RAW_PUSH.with("scheme", "zmq");
    add(
        "zmq-push-64",
        "zmq push→pull 64 B, of plain JeroMQ",
        Metric.RATE,
        push,
        JERO_PUSH,
        Target.atLeast(0.85));
    add(
        "zmq-push-1k",
        "zmq push→pull 1 KiB, of plain JeroMQ",
        Metric.RATE,
        push.with("size", 1024),
        JERO_PUSH.with("size", 1024),
        Target.atLeast(0.85));
    add(
        "zmq-request-64-p50",
        "zmq request-reply 64 B, p50, of plain JeroMQ REQ/REP",
        Metric.P50,
        RAW_REQUEST.with("scheme", "zmq"),
        JERO_REQUEST,
        Target.atMost(1.15));
  }

  private void idleRows() {
    int connections = 10_000;
    Work idle = Work.of("trefoil-idle", "scheme=raw", "outstanding=0").with("idle", connections);
    add(
        "idle-memory",
        "10,000 idle raw connections, memory of the process for each",
        Metric.CONNECTION_MEMORY,
        idle,
        null,
        Target.atMost(10 * 1024));
    add(
        "idle-load",
        "10,000 idle raw connections, CPU",
        Metric.SERVER_LOAD,
        idle,
        null,
        Target.atMost(1));
    add(
        "idle-request-p50",
        "raw request-reply 64 B, p50, beside 10,000 idle connections, of without",
        Metric.P50,
        RAW_REQUEST.with("idle", connections),
        RAW_REQUEST,
        Target.atMost(1.2));
  }

  private void costRows() {
    add(
        "push-64-cpu",
        "CPU per message, raw push→pull 64 B, both processes, of the NIO floor",
        Metric.CPU,
        RAW_PUSH,
        NIO_PUSH,
        Target.atMost(1.5));
    add(
        "pull-64-allocated",
        "allocation per message, pull 64 B: the payload array of 80 B and 32 B",
        Metric.SERVER_ALLOCATED,
        RAW_PUSH,
        null,
        Target.atMost(PAYLOAD_64 + BESIDE_PAYLOAD));
    add(
        "push-64-allocated",
        "allocation per message, push 64 B: the payload array is the user's",
        Metric.CLIENT_ALLOCATED,
        RAW_PUSH,
        null,
        Target.atMost(BESIDE_PAYLOAD));
  }
}
