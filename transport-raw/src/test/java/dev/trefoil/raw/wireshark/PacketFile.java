package dev.trefoil.raw.wireshark;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.Map;

/**
 * Writes a capture by hand: each piece of a conversation as a packet of Ethernet, IPv4 and TCP,
 * with the three packets that open a connection before its first.
 */
final class PacketFile {
  private static final int ETHERNET = 14;
  private static final int IP = 20;
  private static final int TCP = 20;
  private static final int SYN = 0x02;
  private static final int PUSH = 0x08;
  private static final int ACK = 0x10;
  private static final int FIRST_PORT = 40_000;
  private static final int LISTENING_PORT = 7_000;

  private final ByteArrayOutputStream file = new ByteArrayOutputStream();
  private final Map<Integer, int[]> sequences = new HashMap<>();
  private int microseconds;

  PacketFile() {
    ByteBuffer head = ByteBuffer.allocate(24).order(ByteOrder.LITTLE_ENDIAN);
    head.putInt(0xA1B2C3D4).putShort((short) 2).putShort((short) 4);
    head.putInt(0).putInt(0).putInt(65_535).putInt(1);
    file.writeBytes(head.array());
  }

  /**
   * Adds bytes that one side sent, cut into segments.
   *
   * @param connection its number
   * @param byDialer who sent them
   * @param bytes what was sent
   * @param segment the longest segment
   */
  void add(int connection, boolean byDialer, byte[] bytes, int segment) {
    int[] sequence = sequences.computeIfAbsent(connection, this::open);
    for (int from = 0; from < bytes.length; from += segment) {
      int count = Math.min(segment, bytes.length - from);
      packet(connection, byDialer, PUSH | ACK, sequence, ByteBuffer.wrap(bytes, from, count));
    }
  }

  private int[] open(int connection) {
    int[] sequence = {1_000, 2_000};
    ByteBuffer nothing = ByteBuffer.allocate(0);
    packet(connection, true, SYN, sequence, nothing);
    sequence[0]++;
    packet(connection, false, SYN | ACK, sequence, nothing);
    sequence[1]++;
    packet(connection, true, ACK, sequence, nothing);
    return sequence;
  }

  private void packet(
      int connection, boolean byDialer, int flags, int[] sequence, ByteBuffer payload) {
    int length = ETHERNET + IP + TCP + payload.remaining();
    int own = byDialer ? 0 : 1;
    int dialing = FIRST_PORT + connection;
    ByteBuffer out = ByteBuffer.allocate(16 + length).order(ByteOrder.LITTLE_ENDIAN);
    out.putInt(1_700_000_000).putInt(microseconds++).putInt(length).putInt(length);
    out.order(ByteOrder.BIG_ENDIAN);
    out.put(new byte[12]).putShort((short) 0x0800);
    ByteBuffer ip = out.slice(out.position(), IP);
    out.putShort((short) 0x4500).putShort((short) (length - ETHERNET)).putInt(0x4000);
    out.putShort((short) 0x4006).putShort((short) 0).putInt(0x7F000001).putInt(0x7F000001);
    ip.putShort(10, checksum(ip));
    out.putShort((short) (byDialer ? dialing : LISTENING_PORT));
    out.putShort((short) (byDialer ? LISTENING_PORT : dialing));
    out.putInt(sequence[own]).putInt((flags & ACK) == 0 ? 0 : sequence[1 - own]);
    out.putShort((short) (((TCP / 4) << 12) | flags)).putShort((short) 65_535).putInt(0);
    sequence[own] += payload.remaining();
    out.put(payload);
    file.writeBytes(out.array());
  }

  private static short checksum(ByteBuffer header) {
    int sum = 0;
    for (int at = 0; at < IP; at += 2) {
      sum += header.getShort(at) & 0xFFFF;
    }
    sum = (sum & 0xFFFF) + (sum >>> 16);
    return (short) ~((sum & 0xFFFF) + (sum >>> 16));
  }

  /** {@return the file as it is by now} */
  byte[] bytes() {
    return file.toByteArray();
  }
}
