/**
 * {@code inproc://name}: roles of one JVM talk to each other without bytes on a wire. It supports
 * the whole contract but heartbeats, and is what unit tests of users' own code run on.
 *
 * <p>Each {@code Messaging} has one thread here, its loop, which makes every call to listeners;
 * users' threads only queue messages and post tasks. Each direction of a connection is a queue that
 * its sending end owns; the receiving end's loop takes from it.
 */
@org.jspecify.annotations.NullMarked
package dev.trefoil.inproc;
