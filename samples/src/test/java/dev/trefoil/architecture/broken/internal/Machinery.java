package dev.trefoil.architecture.broken.internal;

/** Stands for what api keeps to itself. */
public final class Machinery {}
