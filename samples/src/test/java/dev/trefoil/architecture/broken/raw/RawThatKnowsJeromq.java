package dev.trefoil.architecture.broken.raw;

import org.zeromq.ZContext;

record RawThatKnowsJeromq(ZContext context) {}
