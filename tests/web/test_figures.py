"""The page of figures: who may read it, what it says, and what it does with a period that cannot be."""

from datetime import timedelta

import pytest
from sqlmodel import Session

from marketplace import coordination, matches
from marketplace.database import Sessions
from marketplace.models import Channel, StaffRoleKind
from marketplace.permissions import Actor
from tests.support.builders import (
    a_coordinator,
    a_match,
    a_person,
    a_request,
    a_role,
    a_volunteer,
    another_municipality,
)
from tests.support.clock import NOW, MovableClock
from tests.support.markup import words
from tests.support.pages import Page
from tests.support.site import SignIn

EARLIER = NOW - timedelta(days=40)


@pytest.fixture
def reader(page: Page, sessions: Sessions, sign_in: SignIn) -> Page:
    """Somebody of the municipality, signed in."""
    with sessions.begin() as session:
        person = a_person(session, "Lotte")
        a_role(session, person, StaffRoleKind.READER)
    sign_in(page, person.id)
    return page


def made_matches(session: Session, unmediated: int, mediated: int = 0, **request: object) -> None:
    """So many requests of 40 days ago, each with a match: found alone, or coupled by a coordinator."""
    for _ in range(unmediated):
        a_match(session, a_request(session, now=EARLIER, **request), a_volunteer(session), now=EARLIER)
    carla = a_coordinator(session)
    for _ in range(mediated):
        asked = a_request(session, now=EARLIER, **request)
        coordination.couple(session, request_id=asked.id, offer_id=a_volunteer(session).id, actor=carla, now=EARLIER)


def table(page: Page, caption: str) -> list[list[str]]:
    """The cells of the table with this caption."""
    found = [t for t in page.soup.find_all("table") if words(t.find("caption")) == caption]
    assert len(found) == 1, f"{len(found)} tables are called {caption!r}"
    return [[words(cell) for cell in row.find_all(["th", "td"])] for row in found[0].find_all("tr")]


# --- who may -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        (StaffRoleKind.READER, 200),
        (StaffRoleKind.COORDINATOR, 200),
        (StaffRoleKind.TEAM_LEAD, 200),
        (StaffRoleKind.RIDE_PLANNER, 403),
        (None, 403),
    ],
)
def test_only_those_who_steer_by_the_figures_read_them(
    page: Page, sessions: Sessions, sign_in: SignIn, kind: StaffRoleKind | None, status: int
) -> None:
    with sessions.begin() as session:
        person = a_person(session)
        if kind is not None:
            a_role(session, person, kind)
    sign_in(page, person.id)
    page.get("/cijfers", expect=status)


def test_who_is_not_signed_in_is_asked_to(page: Page) -> None:
    assert page.get("/cijfers").heading == "Inloggen"


def test_a_reader_of_another_municipality_reads_nothing_here(page: Page, sessions: Sessions, sign_in: SignIn) -> None:
    with sessions.begin() as session:
        person = a_person(session)
        a_role(session, person, StaffRoleKind.READER, municipality=another_municipality(session))
    sign_in(page, person.id)
    page.get("/cijfers", expect=403)


# --- what it says ------------------------------------------------------------------------------------------------


def test_a_page_without_history_says_so(reader: Page) -> None:
    """Three full months and today, and nothing yet to show."""
    reader.get("/cijfers")
    assert reader.heading == "Cijfers"
    assert reader.values("Toon deze cijfers") == {"van": ["2025-12-01"], "tot": ["2026-03-03"]}
    assert "maandag 1 december 2025 tot en met dinsdag 3 maart" in reader.text
    assert "Nog geen koppelingen" in reader.text
    assert "Op zaterdag 7 maart staan ze vast." in reader.text


def test_the_rate_stands_large_with_its_interval_in_words_and_the_79(reader: Page, sessions: Sessions) -> None:
    """Nine of twelve found each other; the fill rate stands beside it, never one without the other."""
    with sessions.begin() as session:
        made_matches(session, unmediated=9, mediated=3)
        a_request(session, now=EARLIER)  # nobody came
    reader.get("/cijfers")
    rates = [words(rate) for rate in reader.soup.select(".chart__rate")]
    assert rates == ["75 %", "69 %"]
    assert "tussen 47 en 91 %, rond de lijn van 79 %" in reader.text
    assert "Die nota zegt niet hoe er geteld is." in reader.text
    assert "tussen 42 en 87 %" in reader.text
    months = {row[0]: row[1:] for row in table(reader, "De cijfers per maand")}
    assert months["januari 2026"] == ["12", "75 %", "47 en 91 %", "13", "69 %", "42 en 87 %"]


def test_rides_stand_in_a_row_of_their_own(reader: Page, sessions: Sessions) -> None:
    with sessions.begin() as session:
        made_matches(session, unmediated=2)
    rows = table(reader.get("/cijfers"), "Met en zonder ritten")
    assert [row[:3] for row in rows[1:]] == [
        ["Zonder ritten", "2", "100 %"],
        ["Ritten", "0", "–"],
        ["Alles samen", "2", "100 %"],
    ]


def test_few_are_not_counted_out_where_they_could_be_known(reader: Page, sessions: Sessions) -> None:
    """Five at the desk are shown; the one by telephone is not."""
    with sessions.begin() as session:
        clerk = a_coordinator(session)
        made_matches(session, unmediated=5)
        made_matches(session, unmediated=1, by=clerk, channel=Channel.TELEPHONE)
    rows = {row[0]: row[1:] for row in table(reader.get("/cijfers"), "Hoe de vraag binnenkwam")}
    assert rows["Via de site"] == ["5", "100 %", "57 en 100 %", "5", "100 %", "57 en 100 %"]
    assert rows["Per telefoon"] == ["minder dan 5", "–", "–", "minder dan 5", "–", "–"]


def test_tables_speak_dutch(reader: Page, sessions: Sessions) -> None:
    with sessions.begin() as session:
        made_matches(session, unmediated=1, mediated=1)
    reader.get("/cijfers")
    assert {row[0] for row in table(reader, "Hoe het begon")[1:]} == {
        "Wij vroegen een vrijwilliger",
        "Een medewerker vroeg iemand",
    }
    assert [row[0] for row in table(reader, "Per werkgebied")[1:]] == ["Huis, tuin en keuken"]
    assert [row[0] for row in table(reader, "Wie het vroeg")[1:]] == ["Inwoner"]


def test_objections_are_counted_beside_the_rate(reader: Page, sessions: Sessions) -> None:
    with sessions.begin() as session:
        asked = a_request(session, now=EARLIER)
        made = a_match(session, asked, a_volunteer(session), now=EARLIER)
        matches.object_to(session, match_id=made.id, actor=Actor(asked.requester_id), now=EARLIER)
    reader.get("/cijfers")
    facts = {words(line.find("dt")): words(line.find("dd")) for line in reader.soup.select("#ook-geteld .facts__line")}
    assert facts["Koppelingen gemaakt"] == "1"
    assert facts["Bezwaar van de vrager"] == "1"


def test_a_month_that_is_long_over_is_not_provisional(reader: Page) -> None:
    reader.get("/cijfers").submit("Toon deze cijfers", van="2026-01-01", tot="2026-01-31")
    assert reader.url.endswith("/cijfers?van=2026-01-01&tot=2026-01-31")
    assert "voorlopig" not in reader.text


def test_the_day_is_the_day_in_oosterhout(page: Page, clock: MovableClock, sessions: Sessions, sign_in: SignIn) -> None:
    """At half past eleven in the evening in London it is tomorrow here."""
    clock.set(NOW.replace(hour=23, minute=30))
    with sessions.begin() as session:
        carla = a_coordinator(session)
    sign_in(page, carla.person_id)
    assert page.get("/cijfers").values("Toon deze cijfers")["tot"] == ["2026-03-04"]


# --- a period that cannot be -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("first", "last", "error", "kept"),
    [
        pytest.param(
            "2026-02-30",
            "2026-03-01",
            "Vul een eerste dag in die bestaat, bijvoorbeeld 1-3-2026.",
            "2026-02-30",
            id="no-such-day",
        ),
        pytest.param(
            "gisteren", "", "Vul een eerste dag in die bestaat, bijvoorbeeld 1-3-2026.", "gisteren", id="words"
        ),
        pytest.param("", "2026-03-01", "Vul de eerste dag in, bijvoorbeeld 1-3-2026.", "", id="no-first-day"),
        pytest.param(
            "2026-03-01",
            "9999-12-31",
            "Vul een laatste dag in die bestaat, bijvoorbeeld 1-3-2026.",
            "2026-03-01",
            id="the-end-of-days",
        ),
        pytest.param(
            "2026-03-01",
            "2026-02-01",
            "De laatste dag ligt voor de eerste. Kies een latere dag.",
            "2026-03-01",
            id="backwards",
        ),
    ],
)
def test_a_period_that_cannot_be_keeps_what_was_typed(
    reader: Page, first: str, last: str, error: str, kept: str
) -> None:
    reader.get(f"/cijfers?van={first}&tot={last}", expect=400)
    assert reader.errors() == [error]
    assert reader.values("Toon deze cijfers") == {"van": [kept], "tot": [last]}
    assert not reader.soup.find_all("table")


def test_without_a_last_day_the_period_runs_until_today(reader: Page) -> None:
    reader.get("/cijfers?van=1-3-2026")
    assert reader.values("Toon deze cijfers") == {"van": ["2026-03-01"], "tot": ["2026-03-03"]}
