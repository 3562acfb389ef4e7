# run: --loglevel DEBUG
import logging

from _lab import end_run

from locust import User, task

logger = logging.getLogger("suite.part")


class Visitor(User):
    @task
    def talk(self):
        logging.debug("debug of root")
        logging.info("info of root: %s", "å☂")
        logger.warning("warning of a logger")
        logging.getLogger("locust.suite").error("error below locust")
        try:
            {}["key"]
        except KeyError:
            logger.exception("with its traceback")
        logger.critical("two\nlines")
        end_run(self)
