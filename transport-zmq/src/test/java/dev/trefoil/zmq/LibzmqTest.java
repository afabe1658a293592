package dev.trefoil.zmq;

/** The other side is pyzmq, which is libzmq in Python. */
class LibzmqTest extends LibzmqPeers {
  @Override
  Foreign.Kind kind() {
    return Foreign.Kind.PYTHON;
  }
}
