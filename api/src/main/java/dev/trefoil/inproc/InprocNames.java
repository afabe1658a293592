package dev.trefoil.inproc;

import dev.trefoil.BindFailedException;
import dev.trefoil.Endpoint;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Who has bound which name, and who waits for one to be bound. Names are like ports: one registry
 * for the JVM, so that two {@code Messaging} can talk.
 *
 * <p>Any thread may call it. {@code lock} guards all; nothing is called while it is held.
 */
final class InprocNames {
  static final InprocNames OF_THIS_JVM = new InprocNames();

  /** A port that listens at an endpoint. */
  record Binding(InprocPort port, Endpoint endpoint) {}

  private final ReentrantLock lock = new ReentrantLock();
  private final Map<String, Binding> bound = new HashMap<>();
  private final Map<String, Set<InprocConnector>> waiting = new HashMap<>();
  private long lastPicked;

  private InprocNames() {}

  /** Binds, and lets those in who wait; the name {@code *} picks one that is free. */
  Binding bind(Endpoint endpoint, InprocPort port) {
    Binding binding;
    Set<InprocConnector> waiters;
    lock.lock();
    try {
      Endpoint at = endpoint.name().equals("*") ? pick() : endpoint;
      if (bound.containsKey(at.name())) {
        throw new BindFailedException(
            endpoint,
            BindFailedException.Reason.IN_USE,
            "names are shared by the whole JVM; inproc://* picks a free one",
            null);
      }
      binding = new Binding(port, at);
      bound.put(at.name(), binding);
      waiters = waiting.remove(at.name());
    } finally {
      lock.unlock();
    }
    if (waiters != null) {
      waiters.forEach(InprocConnector::bound);
    }
    return binding;
  }

  private Endpoint pick() {
    String name;
    do {
      name = "picked-" + ++lastPicked;
    } while (bound.containsKey(name));
    return Endpoint.of("inproc://" + name);
  }

  void unbind(Binding binding) {
    lock.lock();
    try {
      bound.remove(binding.endpoint().name(), binding);
    } finally {
      lock.unlock();
    }
  }

  boolean isBound(Binding binding) {
    lock.lock();
    try {
      return binding.equals(bound.get(binding.endpoint().name()));
    } finally {
      lock.unlock();
    }
  }

  /** Who has bound a name; if nobody has, the connector is told when somebody does. */
  @Nullable Binding findOrWait(String name, InprocConnector connector) {
    lock.lock();
    try {
      Binding binding = bound.get(name);
      if (binding == null) {
        addWaiting(name, connector);
      }
      return binding;
    } finally {
      lock.unlock();
    }
  }

  /** Tells a connector when somebody binds a name the next time. */
  void await(String name, InprocConnector connector) {
    lock.lock();
    try {
      addWaiting(name, connector);
    } finally {
      lock.unlock();
    }
  }

  private void addWaiting(String name, InprocConnector connector) {
    waiting.computeIfAbsent(name, n -> new LinkedHashSet<>()).add(connector);
  }

  /** A connector waits no more. */
  void forget(String name, InprocConnector connector) {
    lock.lock();
    try {
      Set<InprocConnector> waiters = waiting.get(name);
      if (waiters != null && waiters.remove(connector) && waiters.isEmpty()) {
        waiting.remove(name);
      }
    } finally {
      lock.unlock();
    }
  }

  /** {@return all names bound or waited for; for tests of leaks} */
  List<String> names() {
    lock.lock();
    try {
      Set<String> names = new LinkedHashSet<>(bound.keySet());
      names.addAll(waiting.keySet());
      return List.copyOf(names);
    } finally {
      lock.unlock();
    }
  }
}
