from rlocust._shim.locust.user.sequential_taskset import LocustError as LocustError
from rlocust._shim.locust.user.sequential_taskset import SequentialTaskSet as SequentialTaskSet
from rlocust._shim.locust.user.sequential_taskset import SequentialTaskSetMeta as SequentialTaskSetMeta
from rlocust._shim.locust.user.sequential_taskset import TaskSet as TaskSet
from rlocust._shim.locust.user.sequential_taskset import TaskSetMeta as TaskSetMeta
