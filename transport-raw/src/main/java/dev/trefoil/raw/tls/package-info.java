/** Certificates, keys and whom to trust; what goes wrong with them, in plain words. Internal. */
@NullMarked
package dev.trefoil.raw.tls;

import org.jspecify.annotations.NullMarked;
