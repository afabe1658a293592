package dev.trefoil.docs;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Finds the fenced {@code java} blocks of a Markdown page. HTML comments right before a block say
 * how to take it: {@code <!-- not run: reason -->}, {@code <!-- prints: text -->} and {@code <!--
 * given: code -->}.
 */
final class SnippetReader {
  private static final Pattern DIRECTIVE =
      Pattern.compile("(?s)(not run|prints|given):\\s*(.*?)\\s*");
  private static final Pattern FENCE = Pattern.compile("(\\s*)(`{3,})\\s*(\\S*).*");

  private final String page;
  private final List<String> lines;
  private final List<Snippet> found = new ArrayList<>();
  private int next;

  private boolean run = true;
  private String prints;
  private String given = "";

  private SnippetReader(String page, String text) {
    this.page = page;
    this.lines = text.lines().toList();
  }

  static List<Snippet> read(String page, String text) {
    SnippetReader reader = new SnippetReader(page, text);
    reader.readPage();
    return List.copyOf(reader.found);
  }

  private void readPage() {
    while (next < lines.size()) {
      String line = lines.get(next);
      Matcher fence = FENCE.matcher(line);
      if (fence.matches()) {
        readBlock(fence.group(1).length(), fence.group(2), fence.group(3));
        forgetDirectives();
      } else if (line.strip().startsWith("<!--")) {
        readComment();
      } else {
        if (!line.isBlank()) {
          forgetDirectives();
        }
        next++;
      }
    }
  }

  private void readBlock(int indent, String ticks, String language) {
    int opened = ++next;
    StringBuilder code = new StringBuilder();
    while (next < lines.size() && !lines.get(next).strip().equals(ticks)) {
      String line = lines.get(next++);
      int leading = line.length() - line.stripLeading().length();
      code.append(line.substring(Math.min(indent, leading))).append('\n');
    }
    if (next == lines.size()) {
      throw new IllegalArgumentException(page + ":" + opened + ": the block is never closed");
    }
    next++;
    if (language.equals("java")) {
      found.add(new Snippet(page, opened + 1, given, code.toString(), run, prints));
    }
  }

  private void readComment() {
    int opened = next + 1;
    StringBuilder comment = new StringBuilder(lines.get(next).strip());
    while (comment.indexOf("-->") < 0) {
      if (++next == lines.size()) {
        throw new IllegalArgumentException(page + ":" + opened + ": the comment is never closed");
      }
      comment.append('\n').append(lines.get(next));
    }
    next++;
    String body = comment.substring("<!--".length(), comment.indexOf("-->")).strip();
    Matcher directive = DIRECTIVE.matcher(body);
    if (!directive.matches()) {
      return;
    }
    String value = directive.group(2);
    switch (directive.group(1)) {
      case "not run" -> {
        if (value.isEmpty()) {
          throw new IllegalArgumentException(page + ":" + opened + ": not run, but why?");
        }
        run = false;
      }
      case "prints" -> prints = value;
      default -> given = value;
    }
  }

  private void forgetDirectives() {
    run = true;
    prints = null;
    given = "";
  }
}
