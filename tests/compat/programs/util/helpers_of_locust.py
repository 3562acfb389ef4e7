import os
import tempfile

from locust.util.cache import memoize
from locust.util.date import format_duration, format_safe_timestamp, format_utc_timestamp
from locust.util.directory import get_abspaths_in
from locust.util.exception_handler import retry
from locust.util.timespan import parse_timespan
from locust.util.url import is_url

from tests.compat.programs.helpers import attempt, log_to_stdout

for text in ("20", "20s", "3m", "2h", "1h20m", "3h30m10s", "", "s", "5x", "-3", "1d", " 5", "5s10m", "1.5s"):
    attempt(lambda: parse_timespan(text))
for start, end in ((0, 0), (0, 1), (0, 60), (0, 3661), (0, 3600), (0, 90061), (0, 59.9), (0, 7200), (0, 3605)):
    print(format_duration(start, end))
print(format_utc_timestamp(1700000000.9), len(format_safe_timestamp(1700000000)))
print([is_url(text) for text in ("http://a", "HTTPS://a/b", "a.py", "ftp://a", "http:/a", "http://", "//a/b")])
calls = []


@memoize(timeout=60)
def cached():
    calls.append(1)
    return len(calls)


print(cached(), cached(), cached.__name__)
cached.clear_cache()
print(cached())
with tempfile.TemporaryDirectory() as folder:
    os.mkdir(os.path.join(folder, "sub"))
    for name in ("a.py", "_b.py", "c.txt", os.path.join("sub", "d.py"), os.path.join("sub", "_e.py")):
        open(os.path.join(folder, name), "w").close()
    print(sorted(os.path.relpath(path, folder) for path in get_abspaths_in(folder, extension=".py")))
log_to_stdout()


@retry(delays=(0, 0), exception=ValueError)
def failing():
    raise ValueError("again")


attempt(failing)
