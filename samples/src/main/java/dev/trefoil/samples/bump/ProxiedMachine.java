package dev.trefoil.samples.bump;

import dev.trefoil.Endpoint;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A machine that is a proxy on loopback: it needs no rights, and only the processes notice. */
final class ProxiedMachine implements Machine {
  private final String scheme;
  private final List<String> command;
  private @Nullable ServerProcess server;
  private @Nullable HoldingProxy proxy;

  ProxiedMachine(String scheme, List<String> command) {
    this.scheme = scheme;
    this.command = command;
  }

  @Override
  public Endpoint start() throws IOException {
    HoldingProxy opened = new HoldingProxy(startServer());
    proxy = opened;
    return Endpoint.of(scheme, "127.0.0.1", opened.port());
  }

  private int startServer() throws IOException {
    ServerProcess started = ServerProcess.start(List.of(), command);
    server = started;
    return Endpoint.of(started.bound()).port();
  }

  private HoldingProxy proxy() {
    if (proxy == null) {
      throw new IllegalStateException("the machine was not started");
    }
    return proxy;
  }

  @Override
  public void vanish() {
    proxy().hold();
  }

  @Override
  public void reappear() {
    proxy().pass();
  }

  @Override
  public void reboot() throws IOException, InterruptedException {
    if (server != null) {
      server.kill();
    }
    proxy().forget(startServer());
  }

  @Override
  public String means() {
    return "a proxy that goes silent";
  }

  @Override
  public void close() throws IOException {
    if (server != null) {
      server.close();
    }
    if (proxy != null) {
      proxy.close();
    }
  }
}
