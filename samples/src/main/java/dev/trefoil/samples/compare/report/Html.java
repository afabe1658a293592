package dev.trefoil.samples.compare.report;

/** Builds markup; whatever is text is escaped. */
final class Html {
  private final StringBuilder out = new StringBuilder();

  static String escape(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;")
        .replace("'", "&#39;");
  }

  /** Markup as it is. */
  Html raw(String markup) {
    out.append(markup);
    return this;
  }

  /** An element with a text; without classes the attribute is left out. */
  Html element(String name, String classes, String text) {
    out.append('<').append(name);
    if (!classes.isEmpty()) {
      out.append(" class=\"").append(classes).append('"');
    }
    out.append('>').append(escape(text)).append("</").append(name).append('>');
    return this;
  }

  /**
   * Begins a table that scrolls within itself where it is too wide; a head with a quote before it
   * is of texts.
   */
  Html beginTable(String... heads) {
    out.append("<div class=\"table\" tabindex=\"0\" role=\"region\" aria-label=\"Table\"><table>");
    out.append("<thead><tr>");
    for (String head : heads) {
      boolean text = head.startsWith("'");
      out.append("<th scope=\"col\"").append(text ? " class=\"text\">" : ">");
      out.append(escape(text ? head.substring(1) : head)).append("</th>");
    }
    out.append("</tr></thead><tbody>\n");
    return this;
  }

  Html endTable() {
    out.append("</tbody></table></div>\n");
    return this;
  }

  @Override
  public String toString() {
    return out.toString();
  }
}
