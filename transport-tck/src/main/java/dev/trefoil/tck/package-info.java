/** The contract as tests that a transport's author extends. */
@NullMarked
package dev.trefoil.tck;

import org.jspecify.annotations.NullMarked;
