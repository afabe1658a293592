package dev.trefoil.internal;

import dev.trefoil.Endpoint;
import dev.trefoil.EndpointException;
import dev.trefoil.spi.Capability;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Checks and words around endpoints. */
final class Endpoints {
  private Endpoints() {}

  static void checkConnectable(Endpoint endpoint) {
    if (endpoint.hasHost() && endpoint.host().equals("*")) {
      throw new EndpointException(endpoint.toString(), "* can be bound, not connected to");
    }
    if (endpoint.hasHost() && endpoint.port() == 0) {
      throw new EndpointException(
          endpoint.toString(), "port 0 can be bound, not connected to: use what bind returned");
    }
  }

  static String lacks(Endpoint endpoint, Capability capability) {
    String what = capability.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    return endpoint
        + " does not support "
        + what
        + ", which the role's options ask for: "
        + "choose another scheme or other options";
  }

  static String describe(List<Endpoint> endpoints) {
    if (endpoints.isEmpty()) {
      return "no endpoint";
    }
    String first = endpoints.get(0).toString();
    return endpoints.size() == 1 ? first : first + " and " + (endpoints.size() - 1) + " more";
  }

  /** What is known of the other side. */
  static String situation(
      int peers, boolean peerSeen, List<Endpoint> endpoints, @Nullable String lastFailure) {
    if (peers > 0) {
      return peers == 1 ? "one peer is connected" : peers + " peers are connected";
    }
    if (endpoints.isEmpty()) {
      return "the role is neither bound nor connected to anything: bind or connect it first";
    }
    String why = lastFailure == null ? "" : "; " + lastFailure;
    return (peerSeen ? "no peer is connected now" : "no peer was ever connected") + why;
  }
}
