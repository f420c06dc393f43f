"""The pages of buddies and of relief: who looks at which address, as in `test_every_page`."""

from collections.abc import Mapping
from typing import Final

ANYBODY: Final = "anybody"
_ALL: Final = ("asked", "queued", "offered", "met", "agreed", "running", "ended")
PAGES: Final[Mapping[str, tuple[tuple[str, str], ...]]] = {
    "/maatje": ((ANYBODY, "/maatje"), ("lia", "/maatje?soort=company.family")),
    "/maatje/kijk-in-uw-mail": ((ANYBODY, "/maatje/kijk-in-uw-mail"),),
    "/maatje/vraag/{token}": ((ANYBODY, "/maatje/vraag/{buddy_link}"), (ANYBODY, "/maatje/vraag/{buddy_question}")),
    "/mantelzorg": ((ANYBODY, "/mantelzorg"),),
    "/mantelzorg/{name}": ((ANYBODY, "/mantelzorg/jong"), (ANYBODY, "/mantelzorg/familie")),
    "/mijn/maatje/{trajectory_id}": (
        ("ineke", "/mijn/maatje/{buddy_asked}"),
        ("wies", "/mijn/maatje/{buddy_queued}"),
        ("bram", "/mijn/maatje/{buddy_met}"),
        ("gea", "/mijn/maatje/{buddy_agreed}"),
        ("lia", "/mijn/maatje/{buddy_running}"),
        ("bas", "/mijn/maatje/{buddy_running}"),
        ("eva", "/mijn/maatje/{buddy_ended}"),
    ),
    "/mijn/maatje/{trajectory_id}/stoppen": (
        ("lia", "/mijn/maatje/{buddy_running}/stoppen"),
        ("wies", "/mijn/maatje/{buddy_queued}/stoppen"),
    ),
    "/werk/buddy": (("bo", "/werk/buddy"),),
    "/werk/buddy/{trajectory_id}": tuple(("bo", f"/werk/buddy/{{buddy_{name}}}") for name in _ALL),
}
# Who does what where: the address, what it answers, the button, what has to be folded out and what is typed.
STATES: Final[tuple[tuple[str, str, int, str, str, Mapping[str, str]], ...]] = (
    (ANYBODY, "/maatje", 400, "Vraag om een buddy", "", {}),
    (ANYBODY, "/maatje/vraag/onzin", 404, "", "", {}),
    (ANYBODY, "/mantelzorg/ouder", 400, "Ga verder", "", {}),
    ("lia", "/mijn/maatje/{buddy_running}", 400, "Geef mijn antwoord", "", {}),
    ("bo", "/werk/buddy/{buddy_asked}", 400, "Plan dit gesprek", "", {}),
    ("bo", "/werk/buddy/{buddy_running}", 400, "Rond dit goed af", "Goed afronden", {}),
)
