from rlocust._shim.locust.user.users import LOCUST_STATE_RUNNING as LOCUST_STATE_RUNNING
from rlocust._shim.locust.user.users import LOCUST_STATE_STOPPING as LOCUST_STATE_STOPPING
from rlocust._shim.locust.user.users import LOCUST_STATE_WAITING as LOCUST_STATE_WAITING
from rlocust._shim.locust.user.users import CatchResponseError as CatchResponseError
from rlocust._shim.locust.user.users import DefaultTaskSet as DefaultTaskSet
from rlocust._shim.locust.user.users import HttpSession as HttpSession
from rlocust._shim.locust.user.users import HttpUser as HttpUser
from rlocust._shim.locust.user.users import PytestUser as PytestUser
from rlocust._shim.locust.user.users import RestMixin as RestMixin
from rlocust._shim.locust.user.users import RestResponseContextManager as RestResponseContextManager
from rlocust._shim.locust.user.users import RestResponseT as RestResponseT
from rlocust._shim.locust.user.users import StopTest as StopTest
from rlocust._shim.locust.user.users import StopUser as StopUser
from rlocust._shim.locust.user.users import TaskSet as TaskSet
from rlocust._shim.locust.user.users import User as User
from rlocust._shim.locust.user.users import UserGroup as UserGroup
from rlocust._shim.locust.user.users import UserMeta as UserMeta
from rlocust._shim.locust.user.users import (
    check_for_deprecated_task_set_attribute as check_for_deprecated_task_set_attribute,
)
from rlocust._shim.locust.user.users import constant as constant
from rlocust._shim.locust.user.users import finish as finish
from rlocust._shim.locust.user.users import get_tasks_from_base_classes as get_tasks_from_base_classes
from rlocust._shim.locust.user.users import logger as logger
from rlocust._shim.locust.user.users import run_user as run_user
