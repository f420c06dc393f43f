"""On a case: how the engine weighs who could help; where nobody fits, what stands in the way and what would help."""

from datetime import timedelta

import pytest

from marketplace import matchmaking
from marketplace.asks import WeekPiece
from matching.obstacles import OtherDay, Relief
from matching.reasons import Relax
from matching.rules import CHECKS, Rule
from tests.support.builders import a_coordinator, a_person, a_proposal, a_request, a_volunteer, a_window, place
from tests.support.clock import NOW
from tests.support.pages import Page
from web.labels import obstacles

FAR, NEAR = "4849AB", "4902AB"


def rows(page: Page, caption: str) -> list[dict[str, str]]:
    """A table by its heads."""
    table = next(found for found in page.soup.select("table") if found.caption.get_text(strip=True) == caption)
    heads = [head.get_text(strip=True) for head in table.select("thead th")]
    return [
        dict(zip(heads, [" ".join(cell.get_text().split()) for cell in row.select("th, td")], strict=True))
        for row in table.select("tbody tr")
    ]


# --- who could help --------------------------------------------------------------------------------------------------


def test_who_is_first_in_the_table_is_whom_the_engine_asks(page, sign_in, sessions):
    with sessions.begin() as session:
        carla = a_coordinator(session)
        case = a_request(session)
        a_volunteer(session, "Ver", at=place(FAR))
        a_volunteer(session, "Buiten", at=place(NEAR))
        a_volunteer(session, "Dichtbij")
    sign_in(page, carla.person_id)
    page.get(f"/werk/{case.id}")
    told = rows(page, "Zo weegt de zoekmachine hen")
    assert [row["Naam"] for row in told] == ["Dichtbij", "Buiten", "Ver"]
    assert [row["Past"] for row in told] == ["Past", "Past", "Bijna"]
    assert told[2]["Wat niet past"] == "woont 0,8 km buiten het eigen bereik."
    matchmaking.run_round(sessions, municipality_id=case.municipality_id, now=NOW)
    page.get(f"/werk/{case.id}")
    assert "Dichtbij kan antwoorden tot" in page.text
    assert "Dichtbij" not in [row["Naam"] for row in rows(page, "Zo weegt de zoekmachine hen")]


def test_the_parts_add_up_to_the_points(page, sign_in, sessions):
    with sessions.begin() as session:
        carla = a_coordinator(session)
        case = a_request(session)
        a_volunteer(session, "Jan", at=place(NEAR))
        busy = a_volunteer(session, "Piet")
        a_proposal(session, a_request(session, requester=a_person(session, "Bep")), busy)
    sign_in(page, carla.person_id)
    page.get(f"/werk/{case.id}")
    told = rows(page, "Zo weegt de zoekmachine hen")
    parts = (
        "Deze hulpvraag",
        "Dichtbij",
        "Ruim tijd",
        "Doet weinig anders",
        "Helpt al iemand",
        "Pas gevraagd",
        "Nieuw",
    )
    for row in told:
        assert number(row["Punten samen"]) == pytest.approx(sum(number(row[part]) for part in parts), abs=0.4)
        assert 0 < int(row["Kans op een ja"].removesuffix(" %")) < 100
    by_name = {row["Naam"]: row for row in told}
    assert number(by_name["Piet"]["Helpt al iemand"]) < 0
    assert number(by_name["Jan"]["Helpt al iemand"]) == 0


def number(words: str) -> float:
    return float(words.replace(",", ".").replace("−", "-"))


# --- nobody ----------------------------------------------------------------------------------------------------------


def test_where_nobody_fits_each_obstacle_is_counted_and_what_would_help(page, sign_in, sessions):
    with sessions.begin() as session:
        carla = a_coordinator(session)
        case = a_request(session, languages=("nl",))
        a_volunteer(session, "Ver", at=place(FAR))
        a_volunteer(session, "Pauze").paused_until = NOW + timedelta(days=2)
        a_volunteer(session, "Twee", at=place(FAR), languages=("pl",))
        a_volunteer(session, "Anders", skills=("home.groceries",))
    sign_in(page, carla.person_id)
    page.get(f"/werk/{case.id}")
    assert "3 mensen doen dit soort hulp. Nu past niemand. Dit houdt hen tegen:" in page.text
    assert [tuple(row.values()) for row in rows(page, "Wat hen tegenhoudt")] == [
        ("Woont te ver weg", "2", "1"),
        ("Heeft pauze", "1", "1"),
        ("Spreekt de taal niet", "1", "0"),
    ]
    assert "1 km verder zoeken: 1 mens." in page.text
    assert "Na de pauze, vanaf donderdag: 1 mens." in page.text


def test_where_somebody_fits_or_nobody_does_this_nothing_is_counted(page, sign_in, sessions):
    with sessions.begin() as session:
        carla = a_coordinator(session)
        helped, alone = a_request(session), a_request(session, skill="home.groceries")
        a_volunteer(session, "Jan")
        a_volunteer(session, "Ver", at=place(FAR))
    sign_in(page, carla.person_id)
    for case in (helped, alone):
        page.get(f"/werk/{case.id}")
        assert "houdt hen tegen" not in page.text


def test_another_day_is_named_beside_the_one_that_was_asked(page, sign_in, sessions):
    saturday = WeekPiece(5, 8 * 60, 21 * 60)
    with sessions.begin() as session:
        carla = a_coordinator(session)
        case = a_request(session, windows=(a_window(24),))
        a_volunteer(session, "Kees", availability=(saturday,))
    sign_in(page, carla.person_id)
    page.get(f"/werk/{case.id}")
    assert "Zaterdag in plaats van woensdag: 1 mens." in page.text


# --- words -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("rule", [rule for rule, _ in CHECKS if rule is not Rule.SKILL])
def test_every_obstacle_has_words(rule):
    assert obstacles.obstacle(rule) != obstacles.obstacle(Rule.SKILL)


@pytest.mark.parametrize(
    ("relief", "told"),
    [
        (Relief(Relax.MAX_KM, 2.0, 3), "2 km verder zoeken: 3 mensen."),
        (Relief(Relax.MINUTES, 30, 1), "Een half uur korter: 1 mens."),
        (Relief(Relax.WINDOW, 120, 2), "Tot twee uur eerder of later: 2 mensen."),
        (Relief(Relax.QUALIFICATION, "vog", 2), "Met een VOG erbij: 2 mensen."),
        (Relief(Relax.LANGUAGE, "pl", 2), "Als de taal niet hoeft: 2 mensen."),
        (Relief(Relax.MIN_AGE, 2, 1), "De leeftijd 2 jaar lager: 1 mens."),
        (Relief(Relax.CAPACITY, 1, 4), "1 afspraak meer dan zij wilden: 4 mensen."),
        (Relief(Relax.MAX_PROPOSALS_PER_WEEK, 1, 2), "Deze week 1 keer vaker vragen: 2 mensen."),
        (Relief(Relax.PAUSED_UNTIL, NOW + timedelta(days=1), 1), "Na de pauze, vanaf morgen: 1 mens."),
    ],
)
def test_what_would_help_in_words(relief, told):
    assert obstacles.relief_sentences((relief,), now=NOW) == (told,)


def test_of_many_amounts_the_least_and_the_most_are_told():
    steps = tuple(Relief(Relax.MAX_KM, km, km) for km in (1, 2, 3, 4))
    told = ("1 km verder zoeken: 1 mens.", "4 km verder zoeken: 4 mensen.")
    assert obstacles.relief_sentences(steps, now=NOW) == told


def test_what_was_asked_on_several_days_moves_as_a_whole():
    days = (OtherDay(1, 2), OtherDay(4, 1))
    assert obstacles.other_day_sentences(days, {0, 2}) == (
        "Alles een dag later: 2 mensen.",
        "Alles 4 dagen later: 1 mens.",
    )
    assert obstacles.other_day_sentences(days, {5})[0] == "Zondag in plaats van zaterdag: 2 mensen."
