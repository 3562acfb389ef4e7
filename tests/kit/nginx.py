"""nginx as a process, with a configuration of the caller's."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from tests.kit.places import program
from tests.kit.ports import free_port
from tests.kit.processes import Process, comes_up, running


@contextmanager
def nginx_process(
    folder: Path, config: Callable[[int], str], before: Sequence[str] = ()
) -> Iterator[tuple[Process, int]]:
    """Runs in `folder` and takes connections at the port that `config` was called with; `before` starts its command."""
    file = folder / "nginx.conf"
    port = free_port()
    file.write_text(config(port))
    command = [*before, program("nginx"), "-p", str(folder), "-c", str(file), "-e", str(folder / "error.log")]
    with running(command, folder) as process:
        assert comes_up(process, port), f"nginx does not start: {process.said}"
        try:
            yield process, port
        finally:
            process.stop()  # asked to end it takes its workers with it; killed it leaves them
