from rlocust._shim.locust.user.inspectuser import TaskSet as TaskSet
from rlocust._shim.locust.user.inspectuser import User as User
from rlocust._shim.locust.user.inspectuser import get_ratio as get_ratio
from rlocust._shim.locust.user.inspectuser import print_task_ratio as print_task_ratio
from rlocust._shim.locust.user.inspectuser import print_task_ratio_json as print_task_ratio_json
from rlocust._shim.locust.user.inspectuser import task_shares as task_shares
