#!/usr/bin/env python3
"""Asks a replier over v1: v1_requester.py HOST PORT TEXT [TEXT...] prints each reply or error."""
import socket
import struct
import sys

OPEN, PING, PONG, REQUEST, REPLY, ERROR = 0x01, 0x02, 0x03, 0x10, 0x11, 0x12

def read_exactly(connection, count):
    data = b""
    while len(data) < count:
        more = connection.recv(count - len(data))
        if not more:
            raise EOFError("the peer closed the connection")
        data += more
    return data

def send(connection, kind, content=b""):
    connection.sendall(struct.pack(">Q", kind << 56 | len(content)) + content)

def receive(connection, *wanted):
    while True:  # a PING is answered, anything else is skipped
        (word,) = struct.unpack(">Q", read_exactly(connection, 8))
        kind, content = word >> 56, read_exactly(connection, word & (1 << 56) - 1)
        if kind in wanted:
            return kind, content
        if kind == PING:
            send(connection, PONG)

with socket.create_connection((sys.argv[1], int(sys.argv[2])), timeout=10) as replier:
    replier.sendall(b"\0SP\0" + struct.pack(">HH", 0xF030, 0))
    send(replier, OPEN, struct.pack(">HHIQQII", 1, 0, 0, 16 << 20, 0, 0, 0))
    if read_exactly(replier, 8) != b"\0SP\0" + struct.pack(">HH", 0xF031, 0):
        raise ValueError("no replier that speaks v1")
    receive(replier, OPEN)
    for number, text in enumerate(sys.argv[3:], 1):
        send(replier, REQUEST, struct.pack(">II", number, 5000) + text.encode())
        kind, content = receive(replier, REPLY, ERROR)
        print(content[4:].decode() if kind == REPLY else "error: " + content[5:].decode())
