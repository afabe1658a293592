package dev.trefoil.architecture.broken;

import com.google.protobuf.ByteString;

record ApiThatNeedsProtobuf(ByteString bytes) {}
