from rlocust._shim.locust.contrib.mongodb import MongoDBClient as MongoDBClient
from rlocust._shim.locust.contrib.mongodb import MongoDBUser as MongoDBUser
from rlocust._shim.locust.contrib.mongodb import User as User
from rlocust._shim.locust.contrib.mongodb import hinted as hinted
from rlocust._shim.locust.contrib.mongodb import report as report
from rlocust._shim.locust.contrib.mongodb import timed as timed
