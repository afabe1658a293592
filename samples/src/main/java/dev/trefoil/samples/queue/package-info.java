/**
 * The queue sample: a ventilator hands out tasks, workers do them, a sink collects the results.
 * Tasks and results are Protocol Buffers messages.
 */
@NullMarked
package dev.trefoil.samples.queue;

import org.jspecify.annotations.NullMarked;
