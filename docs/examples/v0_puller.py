#!/usr/bin/env python3
"""Pulls from a pusher over plain SP: v0_puller.py HOST PORT COUNT prints so many messages."""
import socket
import struct
import sys


def read_exactly(connection, count):
    data = b""
    while len(data) < count:
        more = connection.recv(count - len(data))
        if not more:
            raise EOFError("the peer closed the connection")
        data += more
    return data


def main(host, port, count):
    with socket.create_connection((host, int(port)), timeout=10) as connection:
        connection.sendall(b"\0SP\0" + struct.pack(">HH", 0x0051, 0))
        if read_exactly(connection, 8) != b"\0SP\0" + struct.pack(">HH", 0x0050, 0):
            raise ValueError("no pusher that speaks v0")
        for _ in range(int(count)):
            (length,) = struct.unpack(">Q", read_exactly(connection, 8))
            print(read_exactly(connection, length).decode(), flush=True)


main(*sys.argv[1:])
