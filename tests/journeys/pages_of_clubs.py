"""The pages of organisations: who looks at which address, as in `test_every_page`."""

from collections.abc import Mapping
from typing import Final

ANYBODY: Final = "anybody"
HOME: Final = "/organisaties/{club_of_frans}/beheer"
PAGES: Final[Mapping[str, tuple[tuple[str, str], ...]]] = {
    "/inbed/organisaties/{organisation_id}": ((ANYBODY, "/inbed/organisaties/{club_of_frans}"),),
    "/inbed/vacatures": ((ANYBODY, "/inbed/vacatures"),),
    "/organisaties": ((ANYBODY, "/organisaties"), ("frans", "/organisaties")),
    "/organisaties/aanmelden": (("nel", "/organisaties/aanmelden"),),
    "/organisaties/{organisation_id}": (
        (ANYBODY, "/organisaties/{club_of_frans}"),
        ("frans", "/organisaties/{new_club}"),
    ),
    "/organisaties/{organisation_id}/beheer": (
        ("frans", HOME),
        ("rie", HOME),
        ("frans", "/organisaties/{new_club}/beheer"),
    ),
    "/organisaties/{organisation_id}/beheer/activiteit": (("frans", HOME + "/activiteit"),),
    "/organisaties/{organisation_id}/beheer/gegevens": (("frans", HOME + "/gegevens"),),
    "/organisaties/{organisation_id}/beheer/leden": (("frans", HOME + "/leden"), ("rie", HOME + "/leden")),
    "/organisaties/{organisation_id}/beheer/vacature": (
        ("frans", HOME + "/vacature"),
        ("frans", HOME + "/vacature?van={tournament}"),
        ("frans", HOME + "/vacature?van={weekly_vacancy}"),
    ),
    "/organisaties/{organisation_id}/beheer/vacatures/{vacancy_id}": (
        ("frans", HOME + "/vacatures/{tournament}"),
        ("frans", HOME + "/vacatures/{weekly_vacancy}"),
        ("rie", HOME + "/vacatures/{weekly_vacancy}"),
    ),
    "/organisaties/{organisation_id}/beheer/vacatures/{vacancy_id}/intrekken": (
        ("frans", HOME + "/vacatures/{tournament}/intrekken"),
    ),
    "/uitnodiging/{token}": ((ANYBODY, "/uitnodiging/{invitation}"), ("nel", "/uitnodiging/{invitation}")),
    "/vacatures/{vacancy_id}": (
        (ANYBODY, "/vacatures/{tournament}"),
        ("wim", "/vacatures/{tournament}"),
        ("wanda", "/vacatures/{tournament}"),
        (ANYBODY, "/vacatures/{weekly_vacancy}"),
    ),
    "/werk/organisaties": (("carla", "/werk/organisaties"),),
}
NO_PAGES: Final = frozenset(
    {"/api/organisaties/{organisation_id}/vacatures", "/api/vacatures", "/robots.txt", "/sitemap.xml"}
)
# Who presses what where, what it answers, what has to be folded out first and what is typed.
STATES: Final[tuple[tuple[str, str, int, str, str, Mapping[str, str]], ...]] = (
    ("nel", "/organisaties/aanmelden", 400, "Meld aan", "", {}),
    ("frans", HOME + "/vacature", 400, "Plaats de vacature", "", {"shift_1_day": "2026-05-01"}),
    ("frans", HOME + "/activiteit", 400, "Zet het op onze pagina", "", {}),
    ("frans", HOME + "/leden", 400, "Stuur de uitnodiging", "", {"email": "niets"}),
    ("frans", HOME + "/leden", 400, "Ik doe niet meer mee", "", {}),
    ("wim", "/vacatures/{weekly_vacancy}", 400, "Ik help", "", {}),
)
