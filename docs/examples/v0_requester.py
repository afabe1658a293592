#!/usr/bin/env python3
"""Asks a replier over plain SP: v0_requester.py HOST PORT TEXT [TEXT...] prints each reply."""
import socket
import struct
import sys

ID_BIT = 0x80000000


def read_exactly(connection, count):
    data = b""
    while len(data) < count:
        more = connection.recv(count - len(data))
        if not more:
            raise EOFError("the peer closed the connection")
        data += more
    return data


def main(host, port, texts):
    with socket.create_connection((host, int(port)), timeout=10) as connection:
        connection.sendall(b"\0SP\0" + struct.pack(">HH", 0x0030, 0))
        if read_exactly(connection, 8) != b"\0SP\0" + struct.pack(">HH", 0x0031, 0):
            raise ValueError("no replier that speaks v0")
        for number, text in enumerate(texts, 1):
            body = struct.pack(">I", ID_BIT | number) + text.encode()
            connection.sendall(struct.pack(">Q", len(body)) + body)
            (length,) = struct.unpack(">Q", read_exactly(connection, 8))
            reply = read_exactly(connection, length)
            if reply[:4] != body[:4]:
                raise ValueError("a reply to another request")
            print(reply[4:].decode(), flush=True)


main(sys.argv[1], sys.argv[2], sys.argv[3:])
