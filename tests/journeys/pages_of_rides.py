"""The pages of AutoMaatje: who looks at which address, as in `test_every_page`."""

from collections.abc import Mapping
from typing import Final

from tests.support.ride_builders import DAY

ANYBODY: Final = "anybody"
BOARD: Final = f"/ritten/{DAY}"
PAGES: Final[Mapping[str, tuple[tuple[str, str], ...]]] = {
    "/invallen/{token}": ((ANYBODY, "/invallen/{standby_token}"),),
    "/mijn/rijden": (("dirk", "/mijn/rijden"), ("nel", "/mijn/rijden")),
    "/mijn/rijden/auto": (("dirk", "/mijn/rijden/auto"),),
    "/mijn/rijden/dag/{driver_day_id}": tuple(
        ("dirk", f"/mijn/rijden/dag/{{{name}}}") for name in ("past_day", "driven_day", "asked_day")
    ),
    "/mijn/rijden/dag/{driver_day_id}/blad": (("dirk", "/mijn/rijden/dag/{driven_day}/blad"),),
    "/mijn/rijden/invallen/{ask_id}": (("anna", "/mijn/rijden/invallen/{standby_ask}"),),
    "/mijn/rijden/overzicht/{month}": (("dirk", "/mijn/rijden/overzicht/2026-03"),),
    "/mijn/ritten": (("riet", "/mijn/ritten?nieuw=ja"), ("nel", "/mijn/ritten")),
    "/mijn/ritten/{ride_id}": tuple(
        ("riet", f"/mijn/ritten/{{{name}}}") for name in ("past_trip", "now_trip", "trip", "series_trip")
    ),
    "/mijn/ritten/{ride_id}/afzeggen": (("riet", "/mijn/ritten/{trip}/afzeggen"),),
    "/mijn/ritten/{ride_id}/verzetten": (("riet", "/mijn/ritten/{series_trip}/verzetten"),),
    "/mijn/ritten/elke-week/{standing_id}/stoppen": (("riet", "/mijn/ritten/elke-week/{standing}/stoppen"),),
    "/rijden/{token}": ((ANYBODY, "/rijden/{asked_day_token}"), (ANYBODY, "/rijden/{driven_day_token}")),
    "/rijden/{token}/blad": ((ANYBODY, "/rijden/{driven_day_token}/blad"),),
    "/rit": ((ANYBODY, "/rit"),),
    "/rit/kijk-in-uw-mail": ((ANYBODY, "/rit/kijk-in-uw-mail"),),
    "/rit/klopt-dit": (("nel", "/rit/klopt-dit"),),  # with everything filled in: tests/web/test_rides_asking.py
    "/rit/{name}": (("nel", "/rit/van"),),
    "/ritten": (("rik", "/ritten"),),
    "/ritten/chauffeurs": (("rik", "/ritten/chauffeurs"),),
    "/ritten/chauffeurs/{driver_id}": (
        ("rik", "/ritten/chauffeurs/{driver}"),
        ("rik", "/ritten/chauffeurs/{halted_driver}"),
    ),
    "/ritten/chauffeurs/{driver_id}/auto": (("rik", "/ritten/chauffeurs/{driver}/auto"),),
    "/ritten/geld": (("rik", "/ritten/geld"),),
    "/ritten/geld/{month}": (("rik", "/ritten/geld/2026-02"),),
    "/ritten/geld/{month}/{driver_id}": (("rik", "/ritten/geld/2026-03/{driver}"),),
    "/ritten/nieuw": (("rik", "/ritten/nieuw"), ("carla", "/ritten/nieuw")),
    "/ritten/rit/{ride_id}": tuple(
        ("rik", f"/ritten/rit/{{{name}}}") for name in ("past_trip", "now_trip", "trip", "nobodys_trip")
    ),
    "/ritten/rit/{ride_id}/afzeggen": (("rik", "/ritten/rit/{trip}/afzeggen"),),
    "/ritten/{day}": (
        ("rik", BOARD),
        ("rik", BOARD + "?rit={moved_trip}&chauffeur=niemand"),
        ("rik", BOARD + "?rit={nobodys_trip}&chauffeur={driver}"),
        ("rik", "/ritten/2026-03-29"),
    ),
}
NO_PAGES: Final = frozenset({"/ritten/geld/{month}/ritten.csv", "/ritten/geld/{month}/ritten.ods"})
# Who presses what where, what it answers, what has to be folded out first and what is typed.
STATES: Final[tuple[tuple[str, str, str, str, Mapping[str, str]], ...]] = (
    (ANYBODY, "/rit", "Ga verder", "", {}),
    ("nel", "/mijn/rijden/auto", "Bewaar dit", "", {"hours_0": "kwart"}),
    ("dirk", "/mijn/rijden", "Geef dit door", "Op één dag anders, of ziek", {"hours": "vroeg"}),
    ("riet", "/mijn/ritten/{series_trip}/verzetten", "Verzet de rit", "", {"at": ""}),
    ("rik", "/ritten/nieuw", "Reken uit wat het kost", "", {}),
    ("rik", "/ritten/chauffeurs/{halted_driver}", "Noteer dat u het zag", "", {"seen_on": ""}),
    ("rik", "/ritten/rit/{now_trip}", "Bewaar dit", "", {"parking_1": "veel"}),
)
