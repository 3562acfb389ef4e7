from rlocust._shim.locust.util.deprecation import DeprecatedFastHttpLocustClass as DeprecatedFastHttpLocustClass
from rlocust._shim.locust.util.deprecation import DeprecatedHttpLocustClass as DeprecatedHttpLocustClass
from rlocust._shim.locust.util.deprecation import DeprecatedLocustClass as DeprecatedLocustClass
from rlocust._shim.locust.util.deprecation import (
    check_for_deprecated_task_set_attribute as check_for_deprecated_task_set_attribute,
)
from rlocust._shim.locust.util.deprecation import deprecated_locust_meta_class as deprecated_locust_meta_class
