"""A ZeroMQ peer on libzmq: peer.py ROLE bind|connect URI COUNT [PUBLIC SECRET SERVER]

Prints `bound URI` or `connected`, then one line when it has done its part.
"""
import sys

import zmq


def open_socket(context, kind, how, uri, keys):
    socket = context.socket(kind)
    socket.linger = 5000
    socket.rcvtimeo = 20000
    socket.sndtimeo = 20000
    if keys:
        socket.curve_publickey, socket.curve_secretkey, socket.curve_serverkey = keys
    if kind == zmq.SUB:
        socket.setsockopt(zmq.SUBSCRIBE, b"t")
    if how == "bind":
        socket.bind(uri)
        print("bound", socket.getsockopt(zmq.LAST_ENDPOINT).decode().rstrip("\0"), flush=True)
    else:
        socket.connect(uri)
        print("connected", flush=True)
    return socket


def main():
    role, how, uri, count = sys.argv[1:4] + [int(sys.argv[4])]
    keys = [key.encode() for key in sys.argv[5:8]]
    context = zmq.Context()
    if role == "proxy":
        front = open_socket(context, zmq.ROUTER, "bind", "tcp://127.0.0.1:*", None)
        back = open_socket(context, zmq.DEALER, "connect", uri, None)
        front.rcvtimeo = back.rcvtimeo = -1
        zmq.proxy(front, back)
        return
    kinds = {"rep": zmq.REP, "req": zmq.REQ, "relaxed": zmq.REQ, "dealer": zmq.DEALER,
             "router": zmq.ROUTER, "pub": zmq.XPUB, "sub": zmq.SUB, "push": zmq.PUSH,
             "pull": zmq.PULL}
    socket = open_socket(context, kinds[role], how, uri, keys)
    if role == "rep":
        for _ in range(count):
            socket.send(socket.recv())
    elif role == "router":
        for _ in range(count):
            socket.send_multipart(socket.recv_multipart())
    elif role == "req":
        for i in range(count):
            socket.send(b"%d" % i)
            assert socket.recv() == b"%d" % i
    elif role == "relaxed":
        socket.setsockopt(zmq.REQ_RELAXED, 1)
        socket.setsockopt(zmq.REQ_CORRELATE, 1)
        for i in range(count):
            socket.send(b"given up")
            socket.send(b"%d" % i)
            assert socket.recv() == b"%d" % i
    elif role == "dealer":
        for i in range(count):
            socket.send_multipart([b"x", b"y", b"", b"%d" % i])
        for i in range(count):
            assert socket.recv_multipart() == [b"x", b"y", b"", b"%d" % i]
    elif role == "pub":
        assert socket.recv()[:1] == b"\x01"
        for i in range(count):
            socket.send_multipart([b"u", b"not wanted"])
            socket.send_multipart([b"topic", b"%d" % i])
    elif role == "sub":
        for i in range(count):
            assert socket.recv_multipart() == [b"topic", b"%d" % i]
    elif role == "push":
        for i in range(count):
            socket.send(b"%d" % i)
    elif role == "pull":
        for i in range(count):
            assert socket.recv() == b"%d" % i
    print("done", count, flush=True)
    socket.close()
    context.term()


main()
