package dev.trefoil.raw.engine;

import dev.trefoil.BindFailedException;
import dev.trefoil.DisconnectReason;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.nio.channels.Channel;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Puts what sockets throw into plain words and typed reasons. */
final class SocketErrors {
  private static final Logger LOG = LoggerFactory.getLogger(SocketErrors.class);

  private SocketErrors() {}

  private static String text(Throwable e) {
    return String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT);
  }

  /** {@return what happened, for people} */
  static String words(Throwable e) {
    String text = text(e);
    if (e instanceof UnknownHostException) {
      return "unknown host";
    } else if (isRefused(e)) {
      return "connection refused: nobody listens there";
    } else if (text.contains("timed out")) {
      return "timed out";
    } else if (e instanceof NoRouteToHostException
        || text.contains("unreachable")
        || text.contains("no route")) {
      return "unreachable: no way there from this machine";
    } else if (text.contains("reset") || text.contains("broken pipe")) {
      return "the connection was reset";
    } else if (text.contains("no such file")) {
      return "there is no socket file";
    } else if (text.contains("too many open files")) {
      return "the process has no file descriptors left";
    } else if (e instanceof ConnectException || e.getMessage() != null) {
      return text;
    }
    return e.getClass().getSimpleName();
  }

  /** {@return why a connection ended} */
  static DisconnectReason reason(IOException e) {
    String text = text(e);
    return text.contains("reset") || text.contains("broken pipe")
        ? DisconnectReason.RESET
        : DisconnectReason.IO_ERROR;
  }

  /** {@return why a bind failed} */
  static BindFailedException.Reason bindReason(Throwable e) {
    String text = text(e);
    if (e instanceof UnknownHostException) {
      return BindFailedException.Reason.UNKNOWN_HOST;
    } else if (text.contains("in use")) {
      return BindFailedException.Reason.IN_USE;
    } else if (text.contains("permission denied")
        || text.contains("not permitted")
        || text.contains("read-only")
        || text.contains("access")) {
      return BindFailedException.Reason.NEEDS_PRIVILEGE;
    } else if (isOutOfDescriptors(e)) {
      return BindFailedException.Reason.OUT_OF_DESCRIPTORS;
    } else if (e instanceof BindException || text.contains("cannot assign")) {
      return BindFailedException.Reason.NOT_LOCAL;
    }
    return BindFailedException.Reason.OTHER;
  }

  /** {@return whether nobody listens there} */
  static boolean isRefused(Throwable e) {
    return text(e).contains("refused");
  }

  /** {@return whether descriptors ran out} */
  static boolean isOutOfDescriptors(Throwable e) {
    String text = text(e);
    return text.contains("too many open files") || text.contains("file table overflow");
  }

  /** {@return an address as events show it: {@code 127.0.0.1:41820}} */
  static String address(SocketAddress address) {
    if (!(address instanceof InetSocketAddress internet) || internet.getAddress() == null) {
      return String.valueOf(address);
    }
    String host = internet.getAddress().getHostAddress();
    return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + internet.getPort();
  }

  static void closeQuietly(Conduit conduit) {
    try {
      conduit.close();
    } catch (IOException e) {
      LOG.debug("closing a connection failed", e);
    }
  }

  static void closeQuietly(Channel channel) {
    try {
      channel.close();
    } catch (IOException e) {
      LOG.debug("closing a socket failed", e);
    }
  }
}
