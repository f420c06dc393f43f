"""The pages of messages and moderation: who looks at which address, as in `test_every_page`."""

from collections.abc import Mapping
from typing import Final

PAGES: Final[Mapping[str, tuple[tuple[str, str], ...]]] = {
    "/geblokkeerd": tuple((who, "/geblokkeerd") for who in ("boris", "quinta", "xander")),
    "/koppelingen/{match_id}/berichten": (
        ("ingrid", "/koppelingen/{talked}/berichten"),
        ("hugo", "/koppelingen/{talked}/berichten"),
        ("ingrid", "/koppelingen/{quiet}/berichten"),
        ("piet", "/koppelingen/{cancelled}/berichten"),
        ("lia", "/koppelingen/{buddy_pair}/berichten"),
    ),
    "/koppelingen/{match_id}/blokkeren": (
        ("ingrid", "/koppelingen/{talked}/blokkeren"),
        ("bas", "/koppelingen/{buddy_pair}/blokkeren"),
    ),
    "/melden/bedankt": (("ingrid", "/melden/bedankt?afspraak={talked}"), ("ingrid", "/melden/bedankt")),
    "/melden/{what}/{subject_id}": (
        ("ingrid", "/melden/bericht/{bad_message}"),
        ("ingrid", "/melden/persoon/{hugo_id}?afspraak={talked}"),
        ("ingrid", "/melden/vrijwilliger/{hugos_offer}"),
        ("hugo", "/melden/hulpvraag/{asked_request}"),
    ),
    "/mijn/blokkades": (("ingrid", "/mijn/blokkades"), ("nel", "/mijn/blokkades")),
    "/mijn/teksten": (("wendy", "/mijn/teksten"), ("nel", "/mijn/teksten")),
    "/werk/geblokkeerd/{suspension_id}": (
        ("carla", "/werk/geblokkeerd/{quinta_account}"),
        ("marieke", "/werk/geblokkeerd/{quinta_account}"),
        ("carla", "/werk/geblokkeerd/{boris_account}"),
    ),
    "/werk/meldingen": (("carla", "/werk/meldingen"),),
    "/werk/meldingen/{report_id}": (
        ("carla", "/werk/meldingen/{report}"),
        ("carla", "/werk/meldingen/{changed_report}"),
    ),
}
# Who does what where: the address, what it answers, the button, what has to be folded out and what is typed.
STATES: Final[tuple[tuple[str, str, int, str, str, Mapping[str, str]], ...]] = (
    ("ingrid", "/koppelingen/{quiet}/berichten", 200, "Verstuur mijn bericht", "", {"text": "Bel 06 12345678"}),
    ("ingrid", "/melden/bericht/{bad_message}", 400, "Meld dit", "", {}),
    ("ingrid", "/mijn/gegevens", 400, "Bewaar hoe ik bericht krijg", "", {"quiet_from": "21:00"}),
    ("wendy", "/mijn/vragen/{held}", 200, "", "", {}),
    ("carla", "/werk/meldingen/{report}", 400, "Zo doen we het", "", {}),
    ("carla", "/werk/meldingen/{report}", 200, "Lees het gesprek", "", {"reason": "Om te zien of het vaker gebeurde."}),
)
