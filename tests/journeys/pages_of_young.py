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
}
# Who does what where: the address, what it answers, the button, what has to be folded out and what is typed.
STATES: Final[tuple[tuple[str, str, int, str, str, Mapping[str, str]], ...]] = (
    (ANYBODY, "/ouder/{parent_asked}", 400, "Ja, Noor mag helpen", "", {}),
    (ANYBODY, "/ouder/onzin", 404, "", "", {}),
    ("carla", "/werk/taak/jong/{young_pair}", 200, "", "", {}),
    ("sam", "/voorstellen/{young_waiting}", 200, "", "", {}),
    ("sam", "/koppelingen/{young_match}", 200, "", "", {}),
    ("riet", "/koppelingen/{young_match}", 200, "", "", {}),
)
