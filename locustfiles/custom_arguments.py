"""Arguments of the suite's own: on the command line, in the environment, in a configuration file, as Locust's own are.

rlocust demo --port 8000
rlocust -f custom_arguments.py --headless -u 2 -r 2 -t 10s -H http://127.0.0.1:8000 --page /json --page /text
"""

from locust import HttpUser, events, task


@events.init_command_line_parser.add_listener
def add(parser):
    parser.add_argument("--page", action="append", is_multiple=True, env_var="SHOP_PAGE", help="a page to visit")
    parser.add_argument("--language", choices=["en", "de", "fr"], default="en", help="asked for in the header")
    parser.add_argument("--pause", type=float, default=0.05, help="seconds between two visits")
    parser.add_argument("--token", default="", is_secret=True, env_var="SHOP_TOKEN", help="masked in the web form")
    parser.add_argument("--quietly", action="store_true", include_in_web_ui=False, help="say nothing")


@events.test_start.add_listener
def show(environment, **_):
    options = environment.parsed_options
    if not options.quietly:
        pages = " ".join(options.page or ["/json"])
        print(f"visiting {pages} in {options.language} every {options.pause} s, {len(options.token)} letters of token")


class Reader(HttpUser):
    def wait_time(self):
        return self.environment.parsed_options.pause

    @task
    def read(self):
        options = self.environment.parsed_options
        headers = {"Accept-Language": options.language, "X-Token": options.token}
        for page in options.page or ["/json"]:
            self.client.get(page, headers=headers)
