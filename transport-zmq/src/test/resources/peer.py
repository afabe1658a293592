"""A ZeroMQ peer on libzmq: peer.py ROLE bind|connect URI COUNT [PUBLIC SECRET SERVER]

Prints `bound URI` or `connected`, then one line when it has done its part. With keys it speaks
CURVE: to a server with the public key SERVER, or as the server itself if that is `-`.
"""
import sys

import zmq


def open_socket(context, kind, how, uri, keys):
    socket = context.socket(kind)
    socket.linger = 5000
    socket.rcvtimeo = 20000
    socket.sndtimeo = 20000
    if keys:
        socket.curve_publickey, socket.curve_secretkey = keys[:2]
        if keys[2] == b"-":
            socket.curve_server = True
        else:
            socket.curve_serverkey = keys[2]
    if kind == zmq.SUB:
        # A message that both prefixes fit comes once.
        socket.setsockopt(zmq.SUBSCRIBE, b"t")
        socket.setsockopt(zmq.SUBSCRIBE, b"top")
        socket.setsockopt(zmq.SUBSCRIBE, b"gone")
        socket.setsockopt(zmq.UNSUBSCRIBE, b"gone")
    if kind in (zmq.REP, zmq.ROUTER, zmq.DEALER, zmq.XPUB, zmq.SUB):
        # These drop what is over their high-water marks, which is not what is tested.
        socket.sndhwm = socket.rcvhwm = 0
    if how == "bind":
        socket.bind(uri)
        print("bound", socket.getsockopt(zmq.LAST_ENDPOINT).decode().rstrip("\0"), flush=True)
    else:
        socket.connect(uri)
        print("connected", flush=True)
    return socket


def send_and_expect(socket, count, envelope):
    for i in range(count):
        socket.send_multipart(envelope + [b"%d" % i])
    for i in range(count):
        assert socket.recv_multipart() == envelope + [b"%d" % i]


def play(role, socket, count):
    if role == "rep":
        for _ in range(count):
            socket.send(socket.recv())
    elif role == "router":
        for _ in range(count):
            socket.send_multipart(socket.recv_multipart())
    elif role in ("req", "correlate"):
        for i in range(count):
            socket.send(b"%d" % i)
            assert socket.recv() == b"%d" % i
    elif role == "relaxed":
        for i in range(count):
            socket.send(b"given up")
            socket.send(b"%d" % i)
            assert socket.recv() == b"%d" % i
    elif role == "dealer":
        send_and_expect(socket, count, [b""])
    elif role == "envelope":
        send_and_expect(socket, count, [b"x", b"y", b""])
    elif role == "pub":
        wishes = [socket.recv() for _ in range(2)]
        assert sorted(wishes) == [b"\x01t", b"\x01top"], wishes
        for i in range(count):
            socket.send_multipart([b"u", b"not wanted"])
            socket.send_multipart([b"topic" if i % 2 else b"t", b"%d" % i])
    elif role == "sub":
        for i in range(count):
            assert socket.recv_multipart() == [b"topic" if i % 2 else b"t", b"%d" % i]
    elif role == "push":
        for i in range(count):
            socket.send(b"%d" % i)
    elif role == "sink":
        for _ in range(count):
            socket.recv()
    elif role == "pull":
        for i in range(count):
            assert socket.recv() == b"%d" % i


def main():
    role, how, uri, count = sys.argv[1:4] + [int(sys.argv[4])]
    keys = [key.encode() for key in sys.argv[5:8]]
    context = zmq.Context()
    if role == "proxy":
        front = open_socket(context, zmq.ROUTER, "bind", "tcp://127.0.0.1:*", None)
        back = open_socket(context, zmq.DEALER, "connect", uri, None)
        zmq.proxy(front, back)
        return
    kinds = {"rep": zmq.REP, "req": zmq.REQ, "relaxed": zmq.REQ, "correlate": zmq.REQ,
             "dealer": zmq.DEALER, "envelope": zmq.DEALER, "router": zmq.ROUTER, "pub": zmq.XPUB,
             "sub": zmq.SUB, "push": zmq.PUSH, "pull": zmq.PULL, "sink": zmq.PULL}
    socket = open_socket(context, kinds[role], how, uri, keys)
    if role in ("relaxed", "correlate"):
        socket.setsockopt(zmq.REQ_CORRELATE, 1)
    if role == "relaxed":
        socket.setsockopt(zmq.REQ_RELAXED, 1)
    play(role, socket, count)
    print("done", count, flush=True)
    socket.close()
    context.term()


main()
