package dev.trefoil.samples.shared;

import dev.trefoil.MessageTooLargeException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * Where the payloads of a command come from: {@code --data}, {@code --file} or the lines of
 * standard input; and how many. Call {@link #open} once, then {@link #next} from one thread.
 */
public final class PayloadSource {
  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec = CommandSpec.create();

  @ArgGroup(multiplicity = "1")
  private Content content = new Content();

  @Option(
      names = "--count",
      paramLabel = "N",
      converter = Numbers.Count.class,
      description =
          "Send N messages. 0 or none: --data until interrupted, --file once, lines until they end.")
  private @Nullable Long count;

  private @Nullable StandardInput lines;
  private byte[] fixed = new byte[0];
  private long limit;
  private long number;

  /** Just one of these is given. */
  static final class Content {
    @Option(
        names = "--data",
        paramLabel = "TEXT",
        description = "The payload; {i} in it is the message's number, from 1.")
    private @Nullable String data;

    @Option(names = "--file", paramLabel = "F", description = "The payload is this file's content.")
    private @Nullable Path file;

    @Parameters(
        index = "0",
        arity = "0..1",
        paramLabel = "-",
        description = "Each line of standard input is a payload.")
    private @Nullable String lines;
  }

  /** Reads the file, or begins to read standard input. */
  public void open(Run run) throws IOException {
    limit = count == null ? 0 : count;
    if (content.file != null) {
      fixed = read(content.file, run.options().build().maxMessageBytes());
      limit = count == null ? 1 : count;
    } else if (content.data != null) {
      fixed = content.data.getBytes(StandardCharsets.UTF_8);
    } else if ("-".equals(content.lines)) {
      lines = new StandardInput(run.console().in(), run.options().build().maxMessageBytes());
    } else {
      throw new ParameterException(
          spec.commandLine(),
          "'" + content.lines + "' is not expected here: write - for the lines of standard input");
    }
  }

  private static byte[] read(Path file, int limit) throws IOException {
    if (!Files.isReadable(file) || Files.isDirectory(file)) {
      throw new FailedException("cannot read the file " + file);
    }
    long size = Files.size(file);
    if (size > limit) {
      // Before it is read: it may be larger than the memory.
      throw new MessageTooLargeException(size, limit);
    }
    return Files.readAllBytes(file);
  }

  /**
   * The next payload.
   *
   * @return null when there are no more
   */
  public byte @Nullable [] next() throws InterruptedException {
    if (limit > 0 && number == limit) {
      return null;
    }
    number++;
    if (lines != null) {
      return lines.next();
    }
    if (content.data != null && content.data.contains("{i}")) {
      return numbered(content.data, number);
    }
    return fixed;
  }

  /** A text as bytes, with its number in place of each {@code {i}}. */
  public static byte[] numbered(String text, long number) {
    return text.replace("{i}", Long.toString(number)).getBytes(StandardCharsets.UTF_8);
  }
}
