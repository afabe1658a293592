package dev.trefoil.samples.compare.trial;

import java.util.List;

/**
 * Who does the work: one of Trefoil's transports, or what is measured beside them.
 *
 * @param name the scheme of the transport, or the name of the reference
 */
public record Contestant(String name) {
  /** Blocking sockets of plain Java: the floor. */
  public static final Contestant SOCKETS = new Contestant("sockets");

  /** Plain JeroMQ, without Trefoil. */
  public static final Contestant JEROMQ = new Contestant("jeromq");

  /** Measured beside whatever is compared, so that the library's own cost shows. */
  public static final List<Contestant> REFERENCES = List.of(SOCKETS, JEROMQ);

  /** The schemes that connect two processes and need no keys. */
  public static final List<String> SCHEMES = List.of("raw", "zmq", "sp", "raw+unix");

  public boolean isReference() {
    return REFERENCES.contains(this);
  }

  /** Whether it has what the work needs. */
  public boolean does(Work work) {
    if (work.isSure()) {
      return !isReference() && !name.equals("sp");
    }
    return !equals(SOCKETS) || work != Work.PUBLISH;
  }
}
