from rlocust._shim.locust.contrib.postgres import PostgresClient as PostgresClient
from rlocust._shim.locust.contrib.postgres import PostgresUser as PostgresUser
from rlocust._shim.locust.contrib.postgres import User as User
from rlocust._shim.locust.contrib.postgres import hinted as hinted
from rlocust._shim.locust.contrib.postgres import report as report
from rlocust._shim.locust.contrib.postgres import timed as timed
