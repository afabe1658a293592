package dev.trefoil.samples.shared;

import dev.trefoil.DrainReport;
import dev.trefoil.Endpoint;
import dev.trefoil.Messaging;
import dev.trefoil.Options;
import dev.trefoil.PeerListener;
import dev.trefoil.Role;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One run of a command: its {@link Messaging}, its time limits, its counts, and how it is stopped.
 *
 * <p>{@link BareTool} makes one and hands it to the command. The command's thread calls it; {@link
 * #tally} and {@link #note} are for any thread. The tool closes it, which prints the summary.
 */
public final class Run implements AutoCloseable {
  /** Waiting without a limit is waiting for a year: each call takes a duration. */
  private static final Duration UNLIMITED = Duration.ofDays(365);

  /** These wires have no word for why a peer hangs up; a message too large is the usual reason. */
  private static final String WHY_LOST =
      "what the peer says tells why, such as a message over its limit (16MiB without"
          + " --max-message, over there)";

  private static final Duration DEFAULT_DRAIN = Duration.ofSeconds(30);

  private final Console console;
  private final CommonOptions common;
  private final WireOptions wire;
  private final Interrupts interrupts;
  private final Tally tally = new Tally();
  private final Messaging messaging;
  private final @Nullable MeterRegistry meters;
  private final @Nullable MetricsServer metrics;
  private final @Nullable LiveLine live;
  private String summary = "";

  Run(BareTool tool, Console console, CommonOptions common, Interrupts interrupts) {
    this.console = console;
    this.common = common;
    this.wire = tool.wire();
    this.interrupts = interrupts;
    Integer port = common.metricsPort();
    boolean lively = tool.showsLife() && showsProgress();
    MeterRegistry registry = null;
    MetricsServer server = null;
    if (port != null) {
      PrometheusMeterRegistry prometheus = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
      server = MetricsServer.start(prometheus, port);
      registry = prometheus;
    } else if (lively || tool.countsLosses()) {
      registry = new SimpleMeterRegistry();
    }
    Messaging.Builder builder = tool.messaging();
    messaging = (registry == null ? builder : builder.meterRegistry(registry)).build();
    meters = registry;
    metrics = server;
    live =
        lively && registry != null
            ? new LiveLine(console, common.commandName(), tally, registry)
            : null;
    if (server != null) {
      console.note("metrics " + server.address());
    }
    if (live != null) {
      live.start();
    }
  }

  public Messaging messaging() {
    return messaging;
  }

  public Console console() {
    return console;
  }

  public Tally tally() {
    return tally;
  }

  /** Options for a role, from what the user said; the command adds its own. */
  public Options.Builder options() {
    Options.Builder options = wire.roleOptions();
    return options.peerListener(peerNotes());
  }

  /** Tells of trouble with peers, unless the user wants silence: for listeners that do more. */
  public PeerListener peerNotes() {
    return common.quiet() ? new PeerListener() {} : new PeerNotes(console);
  }

  /** The user's limit on each wait, or the one given. */
  public Duration timeoutOr(Duration otherwise) {
    Duration timeout = wire.timeout();
    return timeout == null ? otherwise : timeout;
  }

  /** The user's limit on each wait, or so long that only an interrupt ends it. */
  public Duration timeout() {
    return timeoutOr(UNLIMITED);
  }

  /** Tells the user something that is neither payload nor error. */
  public void note(String line) {
    if (!common.quiet()) {
      console.note(line);
    }
  }

  /** Listens, and says where: these lines are read by scripts, so no option silences them. */
  public void bind(Role role, List<String> endpoints) {
    for (String endpoint : endpoints) {
      Endpoint bound = role.bind(endpoint);
      console.note("bound " + bound);
    }
  }

  /** Waits for peers; fails when the time is up. */
  public void awaitPeers(Role role, int count) throws InterruptedException {
    if (count > 0 && !role.awaitPeers(count, timeout())) {
      throw new FailedException(
          Text.format(
              "%d of %d peers came within %s", role.peers().size(), count, Text.of(timeout())));
    }
  }

  /** Sleeps between messages. */
  public void pause(Duration time) throws InterruptedException {
    TimeUnit.NANOSECONDS.sleep(time.toNanos());
  }

  /**
   * Lets time pass that stands for work on a message; a stop lets it end if it can in time.
   *
   * @return false if it was given up
   */
  public boolean work(Duration time) throws InterruptedException {
    return time.isZero() || interrupts.work(time);
  }

  /** Whether a line on stderr may change in place. */
  public boolean showsProgress() {
    return console.errIsTerminal() && !common.quiet();
  }

  /** Whether SIGINT or SIGTERM came: finish what is in hand, and take no more. */
  public boolean stopped() {
    return interrupts.stopped();
  }

  /** How long what is in hand may take: the limit given, and after a stop what is left of it. */
  public Duration inHand(Duration limit) {
    Duration grace = interrupts.graceLeft();
    return grace.compareTo(limit) < 0 ? grace : limit;
  }

  void untilStopped(Interrupts.Body body) throws Exception {
    interrupts.untilStopped(body);
  }

  /**
   * Sends what the role still has, says goodbye and closes it; fails if something was left.
   *
   * @param role one that sends
   */
  public void drain(Role role) throws InterruptedException {
    Duration limit = inHand(timeoutOr(DEFAULT_DRAIN));
    long start = System.nanoTime();
    DrainReport left = role.drain(limit);
    if (!left.isClean()) {
      String words = describe(left);
      boolean inTime = System.nanoTime() - start < limit.toNanos();
      if (!stopped()) {
        throw new FailedException(
            words
                + (inTime
                    ? ": the connection was lost; " + WHY_LOST
                    : " within " + Text.of(limit)));
      }
      note(words);
    }
  }

  /** Fails if messages were lost on the way; ask when the role that sends is drained. */
  public void checkNoneLost() {
    double lost = counted("trefoil.messages.dropped");
    if (lost > 0 && !stopped()) {
      throw new FailedException(
          Text.format(
              "%,.0f %s lost with the connection; %s",
              lost, lost == 1 ? "message was" : "messages were", WHY_LOST));
    }
  }

  /** {@return what a counter says of all roles together, 0 if nothing is metered} */
  public double counted(String name) {
    double sum = 0;
    if (meters != null) {
      for (FunctionCounter counter : meters.find(name).functionCounters()) {
        sum += counter.count();
      }
    }
    return sum;
  }

  private static String describe(DrainReport left) {
    StringBuilder words = new StringBuilder();
    append(words, left.unsent(), "not sent");
    append(words, left.unanswered(), "not answered");
    append(words, left.unacknowledged(), "not acknowledged");
    append(words, left.unhandled(), "not worked on");
    return words.toString();
  }

  private static void append(StringBuilder words, long count, String what) {
    if (count > 0) {
      words.append(words.isEmpty() ? "" : ", ");
      words.append(count).append(count == 1 ? " message was " : " messages were ").append(what);
    }
  }

  void summary(String line) {
    summary = line;
  }

  @Override
  public void close() {
    if (live != null) {
      live.close();
    }
    messaging.close();
    if (metrics != null) {
      metrics.close();
    }
    if (!summary.isEmpty()) {
      note(common.commandName() + ": " + (stopped() ? "stopped: " : "") + summary);
    }
  }
}
