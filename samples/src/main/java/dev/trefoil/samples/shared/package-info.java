/**
 * What all commands share: options, payloads in and out, the live line, metrics, and the way that a
 * command starts, is stopped and ends. One thread runs a command; the pages' comments name the
 * others: the shutdown hook, the reader of standard input, the live line and the metrics server.
 */
@NullMarked
package dev.trefoil.samples.shared;

import org.jspecify.annotations.NullMarked;
