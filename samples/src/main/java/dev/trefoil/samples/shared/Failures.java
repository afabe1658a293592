package dev.trefoil.samples.shared;

import dev.trefoil.EndpointException;
import dev.trefoil.MessageTooLargeException;
import dev.trefoil.NotSupportedException;
import dev.trefoil.TrefoilException;
import java.io.IOException;
import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** Turns what went wrong into a line on stderr and an exit code: 1 failed, 2 wrong usage. */
public final class Failures implements IExecutionExceptionHandler, IParameterExceptionHandler {
  @Override
  public int handleExecutionException(
      Exception failure, CommandLine command, ParseResult parseResult) {
    PrintWriter err = command.getErr();
    err.println(command.getCommandSpec().qualifiedName() + ": " + words(failure));
    if (isUnforeseen(failure) && System.getenv("TREFOIL_DEBUG") != null) {
      failure.printStackTrace(err);
    }
    err.flush();
    return isWrongUsage(failure) ? ExitCode.USAGE : ExitCode.SOFTWARE;
  }

  /** Whether no run of such a command line could succeed anywhere. */
  static boolean isWrongUsage(Exception failure) {
    return failure instanceof ParameterException
        || failure instanceof EndpointException
        || failure instanceof NotSupportedException;
  }

  private static String words(Exception failure) {
    if (failure instanceof MessageTooLargeException tooLarge) {
      return Text.format(
          "a message of %,d bytes is larger than the limit of %,d%s: raise it with --max-message, %s",
          tooLarge.size(),
          tooLarge.limit(),
          tooLarge.peer() == null ? "" : " that " + tooLarge.peer() + " has",
          tooLarge.peer() == null ? "on both sides" : "over there");
    }
    if (!isUnforeseen(failure)) {
      return String.valueOf(failure.getMessage());
    }
    return "this should not have happened: " + failure + " (TREFOIL_DEBUG=1 shows where)";
  }

  private static boolean isUnforeseen(Exception failure) {
    return !(failure instanceof TrefoilException
        || failure instanceof FailedException
        || failure instanceof IOException);
  }

  @Override
  public int handleParseException(ParameterException failure, String[] arguments) {
    CommandLine command = failure.getCommandLine();
    PrintWriter err = command.getErr();
    String name = command.getCommandSpec().qualifiedName();
    err.println(name + ": " + String.valueOf(failure.getMessage()).replaceFirst("^Error: ", ""));
    UnmatchedArgumentException.printSuggestions(failure, err);
    if (command.getSubcommands().isEmpty()) {
      err.println("Try '" + name + " --help'.");
    } else {
      command.usage(err);
    }
    err.flush();
    return ExitCode.USAGE;
  }
}
