package dev.trefoil;

/**
 * Marks what only one transport understands, such as its TLS or CURVE keys.
 *
 * <p>Each transport has its own immutable class; hand it to {@code
 * Options.builder().settings(...)}.
 */
public interface TransportSettings {}
