"""Messages between master and workers, and the sockets that carry them."""

from . import zmqrpc as rpc
from .protocol import Message

__all__ = ["Message", "rpc"]
