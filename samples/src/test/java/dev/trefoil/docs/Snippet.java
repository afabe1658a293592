package dev.trefoil.docs;

/**
 * One block of Java code of a page.
 *
 * @param page the page's name, for messages
 * @param line the page's line that the code starts on, from 1
 * @param given code that goes before the block and that the reader does not see, or ""
 * @param code the block as it stands
 * @param run false: it is only compiled
 * @param prints what it must print, or null when that does not matter
 */
record Snippet(String page, int line, String given, String code, boolean run, String prints) {
  String place() {
    return page + ":" + line;
  }
}
