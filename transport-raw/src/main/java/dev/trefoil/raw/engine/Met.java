package dev.trefoil.raw.engine;

import dev.trefoil.Endpoint;
import dev.trefoil.raw.wire.Dialect;
import org.jspecify.annotations.Nullable;

/**
 * How a connection came about.
 *
 * @param endpoint the local endpoint: the one bound or connected
 * @param address where the peer is
 * @param dialed what to speak, or null if the peer dialed
 * @param dialer who dialed, or null
 */
record Met(Endpoint endpoint, String address, @Nullable Dialect dialed, @Nullable Dialer dialer) {}
