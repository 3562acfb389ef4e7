"""The colours of both themes can be told from what they lie on: WCAG 2.2 AA, computed."""

import re

import pytest

from tests.kit.places import ROOT

PALETTE = (ROOT / "webui/src/style/palette.css").read_text()
TEXT, LINE = 4.5, 3.0

ON_SURFACES = ["text", "muted", "accent", "good", "warn", "bad"]
SURFACES = ["ground", "surface", "raised", "sunken"]
ON_THEIR_OWN = [
    ("on-accent", "accent"),
    ("on-bad", "bad"),
    ("accent", "accent-soft"),
    ("good", "good-soft"),
    ("warn", "warn-soft"),
    ("bad", "bad-soft"),
]
LINES = ["ok", "p50", "p95", "p99", "users", "cpu", "lag", "bad", "muted", "control"]


def theme(name: str) -> dict[str, str]:
    light, dark = (
        dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", block)) for block in re.findall(r"\{(.*?)\}", PALETTE, re.S)
    )
    return light if name == "light" else light | dark


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    bright, dim = sorted((luminance(one), luminance(other)), reverse=True)
    return (bright + 0.05) / (dim + 0.05)


def test_contrast_is_computed_as_the_guideline_does() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("name", ["light", "dark"])
def test_text_can_be_read_on_what_it_lies_on(name: str) -> None:
    colours = theme(name)
    pairs = [(text, surface) for text in ON_SURFACES for surface in SURFACES] + ON_THEIR_OWN
    weak = {pair: contrast(colours[pair[0]], colours[pair[1]]) for pair in pairs}
    assert {pair: round(value, 2) for pair, value in weak.items() if value < TEXT} == {}


@pytest.mark.parametrize("name", ["light", "dark"])
def test_lines_of_charts_and_borders_of_controls_can_be_seen(name: str) -> None:
    colours = theme(name)
    weak = {line: round(contrast(colours[line], colours["surface"]), 2) for line in LINES}
    assert {line: value for line, value in weak.items() if value < LINE} == {}
