"""Outputs for the awkward run, by options as a suite's namespace has them."""

from argparse import Namespace

from locust import stats as constants
from rlocust import _native
from tests.compat.programs.outputs.awkward import environment, runner


def wire(**options):
    """Gives the run what these options ask for, what is not named has its preset; answers the page's address."""
    settings = _native.RunSettings(Namespace(**options), constants)
    _, address = _native.wire_run(runner._run, settings, environment)
    return address
