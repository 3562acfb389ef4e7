from rlocust._shim.locust.rpc.zmqrpc import BaseSocket as BaseSocket
from rlocust._shim.locust.rpc.zmqrpc import Client as Client
from rlocust._shim.locust.rpc.zmqrpc import Message as Message
from rlocust._shim.locust.rpc.zmqrpc import RPCError as RPCError
from rlocust._shim.locust.rpc.zmqrpc import Server as Server
