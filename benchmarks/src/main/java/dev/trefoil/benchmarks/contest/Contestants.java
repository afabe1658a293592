package dev.trefoil.benchmarks.contest;

import java.util.Map;
import java.util.TreeMap;

/** All contestants by name. */
public final class Contestants {
  private record Entry(Flow flow, Contestant contestant) {}

  private static final Map<String, Entry> ALL = new TreeMap<>();

  static {
    ALL.put("nio-push", new Entry(Flow.PUSH, new NioPush()));
    ALL.put("sockets-request", new Entry(Flow.REQUEST, new BlockingRequest()));
    ALL.put("spinning-request", new Entry(Flow.REQUEST, new SpinningRequest()));
    ALL.put("jeromq-push", new Entry(Flow.PUSH, new JeroPush()));
    ALL.put("jeromq-request", new Entry(Flow.REQUEST, new JeroRequest()));
    ALL.put("jeromq-dealer", new Entry(Flow.REQUEST, new JeroDealer()));
    ALL.put("jeromq-publish", new Entry(Flow.PUBLISH, new JeroPublish()));
    ALL.put("trefoil-push", new Entry(Flow.PUSH, new TrefoilPush()));
    ALL.put("trefoil-request", new Entry(Flow.REQUEST, new TrefoilRequest()));
    ALL.put("trefoil-publish", new Entry(Flow.PUBLISH, new TrefoilPublish()));
    ALL.put("trefoil-idle", new Entry(Flow.IDLE, new TrefoilRequest()));
  }

  private Contestants() {}

  static Contestant of(String name) {
    return entry(name).contestant;
  }

  /** How messages flow between the two sides of a contestant. */
  public static Flow flow(String name) {
    return entry(name).flow;
  }

  private static Entry entry(String name) {
    Entry entry = ALL.get(name);
    if (entry == null) {
      throw new IllegalArgumentException(
          "there is no contestant '" + name + "'; those are " + ALL.keySet());
    }
    return entry;
  }
}
