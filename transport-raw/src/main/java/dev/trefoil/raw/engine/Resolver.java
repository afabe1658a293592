package dev.trefoil.raw.engine;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.concurrent.RejectedExecutionException;

/** Resolves names on threads of its own, since a name server may take its time. */
final class Resolver {
  /** Takes the outcome, on one of the resolver's threads or the caller's. */
  interface Answer {
    void addresses(InetAddress[] addresses);

    void failed(UnknownHostException why);
  }

  private static final int THREADS = 4;

  private final Workers threads;

  Resolver(String name) {
    threads = new Workers(name, THREADS);
  }

  void resolve(String host, Answer answer) {
    if (isLiteral(host)) {
      now(host, answer);
      return;
    }
    try {
      threads.execute(() -> now(host, answer));
    } catch (RejectedExecutionException e) {
      answer.failed(new UnknownHostException(host + ": too many names wait to be resolved"));
    }
  }

  private static void now(String host, Answer answer) {
    try {
      answer.addresses(InetAddress.getAllByName(host));
    } catch (UnknownHostException e) {
      answer.failed(e);
    } catch (RuntimeException | Error e) {
      answer.failed(new UnknownHostException(host + ": " + e));
    }
  }

  /** Addresses in digits need no name server. */
  private static boolean isLiteral(String host) {
    return host.indexOf(':') >= 0 || host.chars().allMatch(c -> c == '.' || (c >= '0' && c <= '9'));
  }

  void close() {
    threads.close();
  }
}
