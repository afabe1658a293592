package dev.trefoil.samples.compare.trial;

/**
 * What one figure is about.
 *
 * @param size bytes in each payload
 */
public record Cell(Work work, int size, Contestant contestant) {}
