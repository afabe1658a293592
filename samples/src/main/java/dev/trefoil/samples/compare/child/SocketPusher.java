package dev.trefoil.samples.compare.child;

import dev.trefoil.samples.compare.trial.Trial;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Writes frames to its pullers in turn, through a buffer unless each has its own time. */
final class SocketPusher extends SocketSide {
  private static final int TO_CONNECT_MILLIS = (int) TimeUnit.SECONDS.toMillis(5);

  private final Crew crew = new Crew();
  private final Trial trial;
  private final Sending sending;
  private final List<Socket> sockets = new ArrayList<>();
  private final List<DataOutputStream> pullers = new ArrayList<>();
  private int next;

  SocketPusher(Trial trial, Gauge gauge) {
    this.trial = trial;
    this.sending = new Sending(trial, gauge, this::push);
  }

  @Override
  public String open() throws IOException {
    ServerSocket listening = listen();
    listening.setSoTimeout(TO_CONNECT_MILLIS);
    crew.add("listener", () -> accept(listening));
    return Integer.toString(listening.getLocalPort());
  }

  private void accept(ServerSocket listening) throws IOException {
    while (pullers.size() < trial.cell().work().receivers()) {
      Socket socket = keep(listening.accept());
      socket.setTcpNoDelay(true);
      sockets.add(socket);
      pullers.add(out(socket));
    }
  }

  @Override
  public void awaitPeers() throws Exception {
    crew.join();
  }

  @Override
  public void start() {
    crew.add("pusher", this::run);
  }

  private void run() throws Exception {
    sending.run();
    for (int i = 0; i < sockets.size(); i++) {
      pullers.get(i).flush();
      sockets.get(i).shutdownOutput();
    }
  }

  private boolean push(byte[] message) throws IOException {
    DataOutputStream puller = pullers.get(next);
    next = (next + 1) % pullers.size();
    puller.writeInt(message.length);
    puller.write(message);
    if (trial.rate() != 0) {
      puller.flush();
    }
    return true;
  }

  @Override
  public long stop() throws Exception {
    crew.join();
    return sending.sent();
  }
}
