package dev.trefoil.internal;

import dev.trefoil.Endpoint;
import dev.trefoil.EndpointException;
import dev.trefoil.spi.Capability;
import java.util.List;
import java.util.Locale;

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
}
