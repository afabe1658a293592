/**
 * What the six roles are made of. Not for users: it may change at any time.
 *
 * <p>User threads call in through the roles, I/O threads through the listeners of the ports, the
 * timer thread through {@link dev.trefoil.internal.TimerWheel}, and handler threads run the workers
 * of {@link dev.trefoil.internal.Dispatcher}. {@code docs/CONCURRENCY.md} has the lock table.
 */
@org.jspecify.annotations.NullMarked
package dev.trefoil.internal;
