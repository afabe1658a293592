package dev.trefoil.architecture.broken.spi;

import dev.trefoil.architecture.broken.internal.Machinery;

interface SpiThatLeaksMachinery {
  Machinery machinery();
}
