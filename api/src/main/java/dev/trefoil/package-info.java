/** The roles that programs are written against, and everything users see. */
@NullMarked
package dev.trefoil;

import org.jspecify.annotations.NullMarked;
