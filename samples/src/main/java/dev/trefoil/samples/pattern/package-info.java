/**
 * The tools {@code rep req pub sub push pull}: one class for each, a role of the API behind
 * options. Each runs on the thread that started it.
 */
@NullMarked
package dev.trefoil.samples.pattern;

import org.jspecify.annotations.NullMarked;
