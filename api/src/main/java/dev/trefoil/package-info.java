/**
 * Trefoil: request-reply, publish-subscribe and push-pull over one API.
 *
 * <p>Start at {@link dev.trefoil.Messaging}. The six roles are {@link dev.trefoil.Requester},
 * {@link dev.trefoil.Replier}, {@link dev.trefoil.Publisher}, {@link dev.trefoil.Subscriber},
 * {@link dev.trefoil.Pusher} and {@link dev.trefoil.Puller}; any thread may call any of them.
 */
@org.jspecify.annotations.NullMarked
package dev.trefoil;
