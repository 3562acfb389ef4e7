from rlocust._shim.locust.shape import LoadTestShape as LoadTestShape
from rlocust._shim.locust.shape import LoadTestShapeMeta as LoadTestShapeMeta
