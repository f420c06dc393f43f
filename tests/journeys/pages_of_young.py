"""The pages of young helpers: who looks at which address, as in `test_every_page`."""

from collections.abc import Mapping
from typing import Final

ANYBODY: Final = "anybody"
PAGES: Final[Mapping[str, tuple[tuple[str, str], ...]]] = {
    # Without what was typed before, the form; the steps themselves stand in the journey of `test_young`.
    "/helpen/jong": ((ANYBODY, "/helpen/jong"),),
    "/helpen/ouder": ((ANYBODY, "/helpen/ouder"),),
    "/helpen/wacht": ((ANYBODY, "/helpen/wacht"),),
    "/ouder/{token}": tuple(
        (ANYBODY, f"/ouder/{{{name}}}")
        for name in (
            "parent_asked",
            "parent_given",
            "parent_given}?stop=ja{nothing",
            "parent_stopped",
            "parent_refused",
        )
    ),
    "/werk/jong": (("carla", "/werk/jong"),),
    "/bewijs/{token}": ((ANYBODY, "/bewijs/{certificate}"), (ANYBODY, "/bewijs/{taken_back}")),
    "/mijn/diensttijd": (("sam", "/mijn/diensttijd"), ("nel", "/mijn/diensttijd")),
    "/mijn/diensttijd/bewijs/{certificate_id}": (("sam", "/mijn/diensttijd/bewijs/{certificate_id}"),),
    "/mijn/iets-doen": (("riet", "/mijn/iets-doen"), ("bep", "/mijn/iets-doen")),
    "/mijn/jaar/{year}": (("piet", "/mijn/jaar/2026"), ("nel", "/mijn/jaar/2025")),
    "/uren/{token}": ((ANYBODY, "/uren/{hours_asked}"), (ANYBODY, "/uren/{hours_answered}")),
    "/werk/diensttijd": (("carla", "/werk/diensttijd"),),
}
# Who does what where: the address, what it answers, the button, what has to be folded out and what is typed.
STATES: Final[tuple[tuple[str, str, int, str, str, Mapping[str, str]], ...]] = (
    (ANYBODY, "/ouder/{parent_asked}", 400, "Ja, Noor mag helpen", "", {}),
    (ANYBODY, "/ouder/onzin", 404, "", "", {}),
    ("nel", "/mijn/diensttijd", 400, "Begin mijn diensttijd", "", {"goal_hours": "0"}),
    ("sam", "/mijn/diensttijd", 400, "Zet deze uren erbij", "", {"hours": "veel"}),
    ("carla", "/werk/taak/jong/{young_pair}", 200, "", "", {}),
    ("sam", "/voorstellen/{young_waiting}", 200, "", "", {}),
    ("sam", "/koppelingen/{young_match}", 200, "", "", {}),
    ("riet", "/koppelingen/{young_match}", 200, "", "", {}),
)
