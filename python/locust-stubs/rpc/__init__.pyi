from rlocust._shim.locust.rpc import Message as Message
from rlocust._shim.locust.rpc import rpc as rpc
