/** JMH benchmarks of the parts that a message passes on its way. */
@NullMarked
package dev.trefoil.benchmarks.parts;

import org.jspecify.annotations.NullMarked;
