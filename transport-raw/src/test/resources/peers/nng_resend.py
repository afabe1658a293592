"""An nng requester that sends a request again each 100 ms until it has the reply.

usage: nng_resend.py URL TEXT...     libnng itself, since nngcat cannot set the time (60 s)
"""
import ctypes
import sys


class Socket(ctypes.Structure):
    _fields_ = [("id", ctypes.c_uint32)]


def must(result):
    if result != 0:
        sys.exit(f"nng failed with {result}")


nng = ctypes.CDLL("libnng.so.1")
nng.nng_socket_set_ms.argtypes = [Socket, ctypes.c_char_p, ctypes.c_int32]
nng.nng_dial.argtypes = [Socket, ctypes.c_char_p, ctypes.c_void_p, ctypes.c_int]
nng.nng_send.argtypes = [Socket, ctypes.c_char_p, ctypes.c_size_t, ctypes.c_int]
nng.nng_recv.argtypes = [
    Socket, ctypes.c_char_p, ctypes.POINTER(ctypes.c_size_t), ctypes.c_int]

socket = Socket()
must(nng.nng_req0_open(ctypes.byref(socket)))
must(nng.nng_socket_set_ms(socket, b"req:resend-time", 100))
must(nng.nng_dial(socket, sys.argv[1].encode(), None, 0))
for text in sys.argv[2:]:
    request = text.encode()
    must(nng.nng_send(socket, request, len(request), 0))
    room = ctypes.create_string_buffer(1024)
    size = ctypes.c_size_t(len(room))
    must(nng.nng_recv(socket, room, ctypes.byref(size), 0))
    print(room.raw[:size.value].decode(), flush=True)
