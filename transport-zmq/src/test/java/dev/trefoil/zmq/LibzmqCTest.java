package dev.trefoil.zmq;

/** The other side is a C program on libzmq. */
class LibzmqCTest extends LibzmqPeers {
  @Override
  Foreign.Kind kind() {
    return Foreign.Kind.C;
  }
}
