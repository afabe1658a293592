package dev.trefoil.samples.compare.child;

import dev.trefoil.samples.compare.trial.Trial;
import dev.trefoil.samples.compare.trial.Work;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;

/** Writes back what it reads: the textbook's server. */
final class SocketReplier extends SocketSide {
  private final Crew crew = new Crew();
  private final boolean oneThread;

  SocketReplier(Trial trial) {
    // A connection for each request is over so soon that a thread of its own would cost more.
    this.oneThread = trial.cell().work() == Work.REQUEST_NEW;
  }

  @Override
  public String open() throws IOException {
    ServerSocket listening = listen();
    crew.add("listener", () -> accept(listening));
    return Integer.toString(listening.getLocalPort());
  }

  private void accept(ServerSocket listening) throws IOException {
    while (!listening.isClosed()) {
      Socket socket = keep(listening.accept());
      socket.setTcpNoDelay(true);
      if (oneThread) {
        answer(socket);
      } else {
        crew.add("replier", () -> answer(socket));
      }
    }
  }

  private void answer(Socket socket) throws IOException {
    try (socket) {
      DataInputStream in = in(socket);
      byte[] request = read(in);
      while (request != null) {
        write(socket, request);
        request = read(in);
      }
    } finally {
      forget(socket);
    }
  }
}
