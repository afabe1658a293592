package dev.trefoil.architecture.broken.tck;

import dev.trefoil.architecture.broken.raw.RawThatKnowsZmq;

record KitThatKnowsATransport(RawThatKnowsZmq transport) {}
