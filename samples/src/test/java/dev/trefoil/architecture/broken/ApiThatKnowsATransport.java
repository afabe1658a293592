package dev.trefoil.architecture.broken;

import dev.trefoil.architecture.broken.raw.RawThatKnowsZmq;

record ApiThatKnowsATransport(RawThatKnowsZmq transport) {}
