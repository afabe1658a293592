package dev.trefoil.spi;

import java.util.Set;

/**
 * A way to carry the three patterns. Found by {@link java.util.ServiceLoader}, which makes one
 * instance for each {@code Messaging}, or handed to {@code Messaging.builder().transport(...)}.
 *
 * <p>Any thread may call it. Life: constructor (no work), {@link #start}, ports, {@link #close}.
 */
public interface Transport extends AutoCloseable {
  /** {@return the short name that metrics carry as {@code transport}, such as {@code raw}} */
  String name();

  /** {@return the schemes of its endpoints, in lower case} */
  Set<String> schemes();

  /**
   * What peers met through endpoints of a scheme can do.
   *
   * @param scheme one of {@link #schemes()}
   * @return what it has; a role whose options ask for more fails at bind or connect
   */
  Set<Capability> capabilities(String scheme);

  /**
   * Starts the threads, if any. Called once, before the first port is opened.
   *
   * @param context what the {@code Messaging} lends: clock, timer, thread names
   */
  void start(TransportContext context);

  /**
   * Opens the port of a requester.
   *
   * @param context the role's options and counters
   * @param listener called by I/O threads
   * @return the port, bound and connected to nothing yet
   */
  RequestPort openRequest(PortContext context, RequestPort.Listener listener);

  /** Opens the port of a replier; as {@link #openRequest}. */
  ReplyPort openReply(PortContext context, ReplyPort.Listener listener);

  /** Opens the port of a publisher; as {@link #openRequest}. */
  PublishPort openPublish(PortContext context, PublishPort.Listener listener);

  /** Opens the port of a subscriber; as {@link #openRequest}. */
  SubscribePort openSubscribe(PortContext context, SubscribePort.Listener listener);

  /** Opens the port of a pusher; as {@link #openRequest}. */
  PushPort openPush(PortContext context, PushPort.Listener listener);

  /** Opens the port of a puller; as {@link #openRequest}. */
  PullPort openPull(PortContext context, PullPort.Listener listener);

  /**
   * Ends the threads, after every port was closed. Idempotent; returns within a second, whatever
   * the network does; also called when {@link #start} failed.
   */
  @Override
  void close();
}
