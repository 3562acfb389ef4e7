"""Runs `tests/compat/locustfiles/single.py`, and prints what it says without what no two runs have in common: times,
and sizes of answers that repeat a changing header. Then its log lines, and the last line of each traceback.
"""

import contextlib
import io
import re

said, logged = io.StringIO(), io.StringIO()
with contextlib.redirect_stdout(said), contextlib.redirect_stderr(logged):
    from tests.compat.locustfiles import single  # noqa: F401 - it runs

text = re.sub(r"\d{4}-\d\d-\d\d [\d:.]+\+00:00", "TIME", said.getvalue())
text = re.sub(r"\t\d{1,4} +\t", "\tMS\t", text)
print(re.sub(r"(long  ?\t+MS\t)\d+", r"\1N", text), end="")
for line in logged.getvalue().splitlines():
    message = re.sub(r"^\[[^]]*\] [^/]*", "", line)
    if message.startswith(("/", "ValueError")):
        print(message)
