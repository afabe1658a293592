package dev.trefoil.samples.compare.report;

import java.util.Map;

/**
 * How and where the figures were taken, name by name, in the order in which they are shown.
 *
 * @param started when, in ISO form
 * @param complete whether all rounds were done
 */
public record Setting(
    String version,
    String started,
    String command,
    boolean complete,
    Map<String, Object> method,
    Map<String, Object> machine) {}
