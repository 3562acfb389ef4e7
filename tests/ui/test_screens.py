"""Every screen in both themes, wide and on a phone: it shows what it is for, nothing is cut off at the side, axe finds
nothing serious, the console stays quiet. The pictures lie in target/ui to be looked at."""

import pytest
from playwright.sync_api import expect

from tests.ui.conftest import Open, Server
from tests.ui.watched import Look

WORKERS = ("--workers", "3")
FORM = ("--idle", "--picker", *WORKERS)

# screen: options of the made-up run, address, what must be seen
SCREENS: dict[str, tuple[tuple[str, ...], str, str]] = {
    "start": (FORM, "", "text=What will happen"),
    "overview": (WORKERS, "?tab=overview", "figure:has-text('Latency heatmap') canvas"),
    "endpoints": (WORKERS, "?tab=endpoints", "tr:has-text('/checkout/confirm')"),
    "endpoint": (WORKERS, "?tab=endpoints&endpoint=POST+%2Fcheckout%2Fconfirm", "aside.panel >> text=Percentiles"),
    "errors": (WORKERS, "?tab=errors", "tr:has-text('503 Server Error')"),
    "load": (WORKERS, "?tab=load", "tr:has-text('vm-1_4f1c9a0')"),
    "logs": (WORKERS, "?tab=logs", ".entry >> nth=3"),
    "runs": (WORKERS, "?tab=runs", "tr >> nth=2"),
    "compare": (WORKERS, "?tab=runs&compare=20261122-1,20261123-2", "text=better >> nth=0"),
    "extended": (WORKERS, "?tab=content-length", "text=Total content length"),
    "report": (WORKERS, "stats/report", "text=What became of the samples"),
}
LOOKS = [Look(theme, width) for theme in ("light", "dark") for width in (1280, 390)]
AT_ONCE = {
    ("start", LOOKS[3]),
    ("overview", LOOKS[2]),
    ("endpoint", LOOKS[0]),
    ("load", LOOKS[1]),
    ("report", LOOKS[0]),
}


def cases() -> list[object]:
    return [
        pytest.param(screen, look, marks=() if (screen, look) in AT_ONCE else pytest.mark.nightly)
        for screen in SCREENS
        for look in LOOKS
    ]


@pytest.mark.parametrize(("screen", "look"), cases(), ids=str)
def test_a_screen_shows_what_it_is_for_and_has_no_barriers(serve: Server, visit: Open, screen: str, look: Look) -> None:
    options, path, sign = SCREENS[screen]
    watched = visit(f"{serve(*options)}/{path}", look)
    watched.page.wait_for_selector(sign)
    watched.page.wait_for_function("document.fonts.ready.then(() => true)")
    watched.shot(screen)
    assert not watched.is_wider_than_the_window()
    assert watched.barriers() == []


def test_text_in_a_table_of_the_locustfile_is_on_the_left(serve: Server, visit: Open) -> None:
    """Numbers are on the right, as in every table."""
    cells = visit(f"{serve(*WORKERS)}/?tab=content-length").page.locator("table.plain tbody tr").first.locator("td")
    expect(cells.first).to_have_css("text-align", "left")
    expect(cells.last).to_have_css("text-align", "right")
