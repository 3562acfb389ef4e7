import no_such_module_anywhere  # noqa: F401

import locust  # noqa: F401
