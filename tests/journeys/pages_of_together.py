"""The pages of the social map, garden days and something to do now: who looks at which address."""

from collections.abc import Mapping
from typing import Final

ANYBODY: Final = "anybody"
PAGES: Final[Mapping[str, tuple[tuple[str, str], ...]]] = {
    "/samen": (
        (ANYBODY, "/samen"),
        (ANYBODY, "/samen?dag=weekend&soort=koffie&rolstoel=ja"),
        (ANYBODY, "/samen?soort=muziek&gratis=ja"),
    ),
    "/samen/weekblad": ((ANYBODY, "/samen/weekblad"),),
    "/samen/plekken/{place_id}": ((ANYBODY, "/samen/plekken/{room}"), (ANYBODY, "/samen/plekken/{nowhere}")),
    "/samen/activiteiten/{activity_id}": (
        (ANYBODY, "/samen/activiteiten/{activity}"),
        ("riet", "/samen/activiteiten/{activity}"),
    ),
    "/samen/activiteiten/{activity_id}/mee": ((ANYBODY, "/samen/activiteiten/{activity}/mee?op=2026-03-04T10:00"),),
    "/samen/tuindagen": ((ANYBODY, "/samen/tuindagen"), (ANYBODY, "/samen/tuindagen?mensen=3&uren=2")),
    "/samen/tuindagen/nieuw": (
        ("lies", "/samen/tuindagen/nieuw?tuin={loose_garden}"),
        ("lies", "/samen/tuindagen/nieuw"),
    ),
    "/mijn/tuindagen/{day_id}": (
        ("lies", "/mijn/tuindagen/{garden_day}"),
        ("teun", "/mijn/tuindagen/{asked_garden_day}"),
        ("teun", "/mijn/tuindagen/{over_garden_day}"),
    ),
    "/mijn/tuindagen/{day_id}/bladen": (("lies", "/mijn/tuindagen/{garden_day}/bladen"),),
    "/mijn/tuindagen/{day_id}/{request_id}": (
        ("gre", "/mijn/tuindagen/{garden_day}/{garden}"),
        ("tuinier", "/mijn/tuindagen/{garden_day}/{agreed_garden}"),
    ),
    "/nu": (
        (ANYBODY, "/nu"),
        (ANYBODY, "/nu?postcode=4901+AB"),
        (ANYBODY, "/nu?postcode=3011+AB&leuk=tuin"),
    ),
    "/nu/kijk-op-uw-telefoon": ((ANYBODY, "/nu/kijk-op-uw-telefoon"),),
    "/nu/{request_id}": ((ANYBODY, "/nu/{task}?postcode=4901AB"), ("riet", "/nu/{task}")),
    "/nu/{request_id}/hoe-het-staat": (("gre", "/nu/{task}/hoe-het-staat"),),
    "/werk/sociale-kaart": (("carla", "/werk/sociale-kaart"),),
    "/werk/sociale-kaart/{place}": (("carla", "/werk/sociale-kaart/{room}"), ("carla", "/werk/sociale-kaart/nieuw")),
    "/werk/sociale-kaart/{place_id}/{activity}": (
        ("carla", "/werk/sociale-kaart/{room}/{activity}"),
        ("carla", "/werk/sociale-kaart/{room}/nieuw"),
    ),
    "/werk/tuindagen": (("carla", "/werk/tuindagen"),),
    "/werk/tuindagen/nieuw": (("carla", "/werk/tuindagen/nieuw?tuin={loose_garden}&zoek=Lies"),),
    "/werk/tuindagen/{day_id}": (
        ("carla", "/werk/tuindagen/{garden_day}"),
        ("carla", "/werk/tuindagen/{over_garden_day}"),
    ),
}
NO_PAGES: Final[frozenset[str]] = frozenset()
# Who presses what where, what it answers, what has to be folded out first and what is typed.
STATES: Final[tuple[tuple[str, str, str, str, Mapping[str, str]], ...]] = (
    (ANYBODY, "/nu", "Toon wat ik kan doen", "", {}),
    (ANYBODY, "/nu/{task}?postcode=4901AB", "Ja, ik doe dit", "", {}),
    (ANYBODY, "/samen/activiteiten/{activity}/mee?op=2026-03-04T10:00", "Vraag iemand om mee te gaan", "", {}),
    ("lies", "/samen/tuindagen/nieuw?tuin={loose_garden}", "Vraag het aan de bewoners", "", {}),
    ("carla", "/werk/sociale-kaart/{room}", "Bewaar deze plek", "", {"name": ""}),
    ("carla", "/werk/sociale-kaart/{room}/nieuw", "Bewaar deze activiteit", "", {"hours_0": "ochtend"}),
    ("carla", "/werk/tuindagen/nieuw?tuin={loose_garden}", "Plan deze tuindag", "", {}),
)
