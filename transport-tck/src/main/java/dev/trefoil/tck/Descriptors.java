package dev.trefoil.tck;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.management.JMException;
import javax.management.ObjectName;

/** Looks at what this process holds of the system: open descriptors by kind, direct memory. */
final class Descriptors {
  private static final Path LINUX = Path.of("/proc/self/fd");
  private static final String ANY = "any";
  private static final AtomicBoolean WARM = new AtomicBoolean();

  private Descriptors() {}

  /**
   * Opens and closes one of each kind, since the JDK keeps some descriptors for itself from the
   * first use on, such as the one that it hands to threads blocked on a closed socket.
   */
  static void warmUp() {
    if (!WARM.compareAndSet(false, true)) {
      return;
    }
    try (Selector selector = Selector.open();
        ServerSocketChannel server = ServerSocketChannel.open()) {
      server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      try (SocketChannel client = SocketChannel.open(server.getLocalAddress());
          SocketChannel accepted = server.accept()) {
        accepted.shutdownOutput();
        client.shutdownOutput();
      }
      selector.selectNow();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Counts descriptors: by kind on Linux, where files and jars are left out; else all in one. */
  static Map<String, Integer> open() {
    Map<String, Integer> kinds = new HashMap<>();
    if (!Files.isDirectory(LINUX)) {
      kinds.put(ANY, countAll());
      return kinds;
    }
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(LINUX)) {
      for (Path entry : entries) {
        String kind = kind(entry);
        if (!kind.isEmpty()) {
          kinds.merge(kind, 1, Integer::sum);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return kinds;
  }

  /** Files and jars are not told apart elsewhere: loading classes opens a few. */
  static int tolerance(String kind) {
    return kind.equals(ANY) ? 5 : 0;
  }

  /** Says how much direct memory there is, as the JDK counts it. */
  static long direct() {
    long used = 0;
    for (BufferPoolMXBean pool : ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class)) {
      if (pool.getName().equals("direct")) {
        used += pool.getMemoryUsed();
      }
    }
    return used;
  }

  private static String kind(Path entry) {
    String target;
    try {
      target = Files.readSymbolicLink(entry).toString();
    } catch (IOException e) {
      return ""; // closed since the directory was read, as the directory's own descriptor is
    }
    if (target.startsWith("socket:")) {
      return "socket";
    }
    if (target.startsWith("pipe:")) {
      return "pipe";
    }
    return target.startsWith("anon_inode:") ? target.substring("anon_inode:".length()) : "";
  }

  private static int countAll() {
    try {
      ObjectName system = new ObjectName(ManagementFactory.OPERATING_SYSTEM_MXBEAN_NAME);
      Object count =
          ManagementFactory.getPlatformMBeanServer()
              .getAttribute(system, "OpenFileDescriptorCount");
      return ((Number) count).intValue();
    } catch (JMException e) {
      return 0; // a system that does not count them
    }
  }
}
