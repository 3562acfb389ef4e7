from rlocust._shim.locust.dispatch import UserPlan as UserPlan
from rlocust._shim.locust.dispatch import UsersDispatcher as UsersDispatcher
