/**
 * How results are shown: a table for the terminal, a page, JSON, CSV and percentile files. Each is
 * a function of the results; none keeps state.
 */
@NullMarked
package dev.trefoil.samples.compare.report;

import org.jspecify.annotations.NullMarked;
