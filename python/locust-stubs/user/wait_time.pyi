from rlocust._shim.locust.user.wait_time import WaitTime as WaitTime
from rlocust._shim.locust.user.wait_time import between as between
from rlocust._shim.locust.user.wait_time import constant as constant
from rlocust._shim.locust.user.wait_time import constant_pacing as constant_pacing
from rlocust._shim.locust.user.wait_time import constant_throughput as constant_throughput
from rlocust._shim.locust.user.wait_time import poisson as poisson
