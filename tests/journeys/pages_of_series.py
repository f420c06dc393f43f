"""The pages of help that returns: who looks at which address, as in `test_every_page`."""

from collections.abc import Mapping
from typing import Final

PAGES: Final[Mapping[str, tuple[tuple[str, str], ...]]] = {
    "/reeks/{series_id}": (
        ("riet", "/reeks/{walks}"),
        ("wout", "/reeks/{walks}"),
        ("riet", "/reeks/{circle}"),
        ("bea", "/reeks/{circle}"),
        ("carla", "/reeks/{walks}"),
    ),
    "/reeks/{series_id}/keer/{occurrence_id}/andere-dag": (("riet", "/reeks/{walks}/keer/{next_walk}/andere-dag"),),
    "/reeks/{series_id}/stoppen": (("riet", "/reeks/{walks}/stoppen"), ("wout", "/reeks/{walks}/stoppen")),
}
# Who presses what where, what it answers, what has to be folded out first and what is typed.
STATES: Final[tuple[tuple[str, str, int, str, str, Mapping[str, str]], ...]] = (
    ("riet", "/reeks/{walks}/keer/{next_walk}/andere-dag", 400, "Verzet deze keer", "", {"day": "2026-05-29"}),
    ("wout", "/reeks/{walks}/stoppen", 400, "Ik stop met helpen", "", {}),
    ("bea", "/reeks/{circle}", 400, "Bewaar hoe vaak", "", {"most": "99"}),
)
