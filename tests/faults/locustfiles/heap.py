"""What glibc's allocator says of itself."""

import ctypes

LIBC = ctypes.CDLL(None)
LIBC.malloc.restype = ctypes.c_void_p
LIBC.free.argtypes = [ctypes.c_void_p]


class MallInfo(ctypes.Structure):
    """`struct mallinfo2`, mallinfo(3)."""

    NAMES = "arena ordblks smblks hblks hblkhd usmblks fsmblks uordblks fordblks keepcost"
    _fields_ = [(name, ctypes.c_size_t) for name in NAMES.split()]


LIBC.mallinfo2.restype = MallInfo


def held() -> int:
    """Bytes that are handed out."""
    now = LIBC.mallinfo2()
    return now.uordblks + now.hblkhd


def mapped_for(block: int) -> int:
    """Bytes in maps of their own while a block of so many bytes is handed out."""
    address = LIBC.malloc(block)
    mapped = LIBC.mallinfo2().hblkhd
    LIBC.free(address)
    return mapped
