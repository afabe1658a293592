package dev.trefoil.samples.bump;

import dev.trefoil.samples.shared.FailedException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** One act in a process of its own, in a network namespace of its own; its story is passed on. */
final class Staged {
  private static final long LIMIT_SECONDS = 60;

  private Staged() {}

  static Finding act(Bump bump, String scheme, Story story)
      throws IOException, InterruptedException {
    List<String> line = new ArrayList<>(Namespaces.enter());
    String number = Integer.toString(bump.number());
    line.addAll(
        ServerProcess.java(List.of("bump", "--in-namespace", "--transport", scheme, number)));
    Process process = new ProcessBuilder(line).redirectErrorStream(true).start();
    CompletableFuture<@Nullable Finding> finding =
        CompletableFuture.supplyAsync(() -> passOn(process, story));
    try {
      process.getOutputStream().close();
      Finding found = finding.get(LIMIT_SECONDS, TimeUnit.SECONDS);
      if (found == null) {
        throw new FailedException("the act in the namespace ended before its end");
      }
      return found;
    } catch (ExecutionException | TimeoutException e) {
      throw new FailedException("the act in the namespace did not end: " + e.getMessage());
    } finally {
      end(process);
    }
  }

  /** With the last process of them the namespaces are gone, and the veth pair with them. */
  private static void end(Process process) throws InterruptedException {
    process.destroy();
    if (!process.waitFor(1, TimeUnit.SECONDS)) {
      process.destroyForcibly();
    }
  }

  private static @Nullable Finding passOn(Process process, Story story) {
    Finding finding = null;
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (Finding.isLine(line)) {
          finding = Finding.ofLine(line);
        } else {
          story.tell(line);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return finding;
  }
}
