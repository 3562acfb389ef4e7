from rlocust._shim.locust.contrib.socketio import EventHook as EventHook
from rlocust._shim.locust.contrib.socketio import SocketIOClient as SocketIOClient
from rlocust._shim.locust.contrib.socketio import SocketIOUser as SocketIOUser
from rlocust._shim.locust.contrib.socketio import User as User
from rlocust._shim.locust.contrib.socketio import hinted as hinted
