from rlocust._shim.locust.rpc.protocol import Message as Message
