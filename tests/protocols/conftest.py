"""Certificates for the servers of this folder: to make them takes seconds."""

from pathlib import Path

import pytest

from tests.kit.certificates import make_certificates


@pytest.fixture(scope="session")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_certificates(tmp_path_factory.mktemp("certificates"))
