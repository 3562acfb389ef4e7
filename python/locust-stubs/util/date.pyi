from rlocust._shim.locust.util.date import format_duration as format_duration
from rlocust._shim.locust.util.date import format_safe_timestamp as format_safe_timestamp
from rlocust._shim.locust.util.date import format_utc_timestamp as format_utc_timestamp
