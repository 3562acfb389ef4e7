from rlocust._shim.locust.user import HttpUser as HttpUser
from rlocust._shim.locust.user import TaskSet as TaskSet
from rlocust._shim.locust.user import User as User
from rlocust._shim.locust.user import tag as tag

from . import inspectuser as inspectuser
from . import task as task
