package dev.trefoil.benchmarks.contest;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class SideMainTest {
  private static final int ORPHAN = 5;

  @Test
  @Timeout(120)
  void aSideThatIsStillConnectingNoticesThatTheHarnessIsGone() throws Exception {
    try (ServerSocket mute = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Process side =
          new ProcessBuilder(
                  System.getProperty("java.home") + "/bin/java",
                  "-cp",
                  System.getProperty("java.class.path"),
                  SideMain.class.getName(),
                  "100",
                  "client",
                  "raw://127.0.0.1:" + mute.getLocalPort(),
                  "trefoil-push",
                  "scheme=raw")
              .redirectErrorStream(true)
              .start();
      try (Socket connecting = mute.accept()) {
        side.getOutputStream().close();

        assertThat(side.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(side.exitValue()).isEqualTo(ORPHAN);
        assertThat(connecting.isConnected()).isTrue();
      } finally {
        side.destroyForcibly();
      }
    }
  }
}
