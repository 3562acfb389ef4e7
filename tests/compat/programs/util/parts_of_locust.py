"""Parts below the interface that suites call all the same: what they take and give back."""

from types import SimpleNamespace

from locust.contrib.csv_request_logger import _status_code

from locust import argument_parser

for words in (["-f", "a.py,b.py", "--unknown"], ["--worker", "--master-host", "far", "--master-port", "7", "-u", "3"]):
    options = argument_parser.parse_locustfile_option(words)
    print(type(options).__name__, sorted(vars(options).items(), key=str))
options = argument_parser.parse_locustfile_option(["-f", f"{__file__}, {__file__}"])
print([path == __file__ for path in argument_parser.get_locustfiles_locally(options)])

answer = SimpleNamespace(status_code="404")
for response, exception in ((answer, None), (answer, ValueError()), (None, ValueError()), (None, None), ("text", None)):
    print(_status_code(response, exception))
