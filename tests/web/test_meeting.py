"""The page of a match: what each of the two sees and can do, and when."""

from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlmodel import select

from marketplace import matches
from marketplace.asks import RIDE, Destination
from marketplace.database import Sessions
from marketplace.models import BarredPair, Match, MatchStatus, Person
from marketplace.permissions import Actor
from tests.support.builders import a_coordinator, a_match, a_person, a_request, a_volunteer, a_window, place
from tests.support.clock import NOW, MovableClock
from tests.support.pages import Page
from tests.support.site import SignIn


class Pair:
    """Piet helps Riet; each has a page."""

    def __init__(self, sessions: Sessions, page: Page, sign_in: SignIn, **asked: Any) -> None:
        self._sessions = sessions
        with sessions.begin() as session:
            skill = asked.get("skill", "garden.hedge")
            offer = a_volunteer(session, "Piet", skills=[skill], seen=["vog", "car", "driving_licence"])
            riet = a_person(session, "Riet")
            request = a_request(session, requester=riet, street="Heuvel", house_number="12", **asked)
            match = a_match(session, request, offer)
            self.match_id: UUID = match.id
            self.volunteer_id, self.requester_id = offer.person_id, riet.id
        self.href = f"/koppelingen/{self.match_id}"
        self.riet, self.piet, self._sign_in = page, page.another(), sign_in
        self.sign_in()

    def sign_in(self) -> None:
        """Both, anew: nobody stays signed in for a day without a visit."""
        self._sign_in(self.riet, self.requester_id)
        self._sign_in(self.piet, self.volunteer_id)

    def status(self) -> MatchStatus:
        with self._sessions.read() as session:
            return session.get_one(Match, self.match_id).status

    def share(self, person_id: UUID, **shares: bool) -> tuple[str, str]:
        """What somebody ticked; their number and address."""
        with self._sessions.begin() as session:
            person = session.get_one(Person, person_id)
            person.sqlmodel_update(shares)
            session.add(person)
            return person.telephone or "", person.email or ""


@pytest.fixture
def pair(sessions: Sessions, page: Page, sign_in: SignIn) -> Pair:
    return Pair(sessions, page, sign_in)


def test_prima_opens_the_details_for_both_at_once(pair: Pair) -> None:
    number_of_riet, _ = pair.share(pair.requester_id)
    number_of_piet, _ = pair.share(pair.volunteer_id)
    assert number_of_riet not in pair.piet.get(pair.href).text
    pair.riet.get(pair.href)
    assert pair.riet.heading == "Piet wil u helpen"
    assert number_of_piet not in pair.riet.text
    pair.riet.submit("Prima, Piet mag komen")
    assert pair.riet.heading == "Piet komt u helpen"
    assert number_of_piet in pair.riet.text
    pair.riet.post(f"{pair.href}/prima")  # pressed twice
    assert pair.riet.heading == "Piet komt u helpen"
    pair.piet.get(pair.href)
    assert pair.piet.heading == "U gaat Riet helpen"
    assert number_of_riet in pair.piet.text
    assert "Heuvel 12" in pair.piet.text
    assert "Heuvel 12" not in pair.riet.text, "a volunteer's page has no address of the volunteer, nor the other way"


def test_without_a_word_details_open_when_the_objection_time_is_over(pair: Pair, clock: MovableClock) -> None:
    number, _ = pair.share(pair.requester_id)
    clock.move(hours=23, minutes=59)
    pair.sign_in()
    assert number not in pair.piet.get(pair.href).text
    clock.move(minutes=1)
    assert number in pair.piet.get(pair.href).text


def test_each_shares_what_they_ticked_and_no_more(pair: Pair) -> None:
    number, email = pair.share(pair.volunteer_id, share_telephone=False, share_email=True)
    pair.riet.get(pair.href).submit("Prima, Piet mag komen")
    assert email in pair.riet.text
    assert number not in pair.riet.text
    pair.share(pair.volunteer_id, share_telephone=False, share_email=False)
    pair.riet.get(pair.href)
    assert email not in pair.riet.text
    assert "Piet deelt geen nummer. Bel ons." in pair.riet.text


def test_where_help_is_not_at_home_nobody_sees_an_address(sessions: Sessions, page: Page, sign_in: SignIn) -> None:
    pair = Pair(sessions, page, sign_in, is_at_home=False)
    pair.riet.get(pair.href).submit("Prima, Piet mag komen")
    assert "Heuvel" not in pair.piet.get(pair.href).response.text


def test_where_a_ride_goes_exactly_is_known_when_the_details_are(
    sessions: Sessions, page: Page, sign_in: SignIn
) -> None:
    hospital = Destination("Amphia Ziekenhuis", place("4818CK"), returns=True)
    pair = Pair(sessions, page, sign_in, skill=RIDE, destination=hospital, windows=(a_window(96),))
    assert "Amphia" not in pair.piet.get(pair.href).response.text
    pair.riet.get(pair.href).submit("Prima, Piet mag komen")
    assert "Amphia Ziekenhuis" in pair.piet.get(pair.href).text


def test_rather_not_is_asked_twice_and_looks_for_somebody_else(pair: Pair, sessions: Sessions) -> None:
    pair.riet.get(pair.href).follow("Liever niet")
    assert pair.riet.heading == "Wilt u liever niet dat Piet komt?"
    assert pair.status() is MatchStatus.AGREED
    pair.riet.submit("Liever niet")
    assert pair.riet.heading == "Piet komt niet"
    pair.riet.post(f"{pair.href}/liever-niet")
    assert pair.riet.heading == "Piet komt niet"
    assert pair.piet.get(pair.href).heading == "Het gaat toch niet door"
    with sessions.read() as session:
        assert len(session.exec(select(BarredPair)).all()) == 1


def test_rather_not_comes_too_late_after_the_objection_time(pair: Pair, clock: MovableClock) -> None:
    pair.riet.get(f"{pair.href}/liever-niet")
    clock.move(hours=24)
    pair.sign_in()
    pair.riet.submit("Liever niet")
    assert pair.riet.flash == "De tijd om nee te zeggen is voorbij. U kunt nog wel afzeggen."
    assert pair.status() is MatchStatus.AGREED
    pair.riet.get(f"{pair.href}/liever-niet")
    assert pair.riet.heading == "Piet komt u helpen"


@pytest.mark.parametrize("who", ["riet", "piet"])
def test_either_cancels_and_is_asked_first(pair: Pair, who: str, clock: MovableClock) -> None:
    clock.move(hours=25)
    pair.sign_in()
    page: Page = getattr(pair, who)
    page.get(pair.href).follow("Afspraak afzeggen")
    page.follow("Terug naar de afspraak").follow("Afspraak afzeggen")
    assert pair.status() is not MatchStatus.CANCELLED
    page.submit("Afspraak afzeggen")
    assert page.heading == "De afspraak is afgezegd"
    page.post(f"{pair.href}/afzeggen")
    assert page.heading == "De afspraak is afgezegd"
    page.get(f"{pair.href}/afzeggen")
    assert page.heading == "De afspraak is afgezegd"
    page.post(f"{pair.href}/klaar")
    assert page.heading == "De afspraak is afgezegd", "what is cancelled cannot be done"
    assert pair.riet.get(pair.href).heading == pair.piet.get(pair.href).heading == "De afspraak is afgezegd"


def test_either_says_that_it_is_done_and_the_volunteer_is_thanked(pair: Pair) -> None:
    pair.riet.get(pair.href).submit("Prima, Piet mag komen")
    pair.riet.submit("Het is gedaan")
    assert pair.riet.heading == "Fijn dat het gelukt is"
    pair.riet.post(f"{pair.href}/klaar")
    assert pair.riet.heading == "Fijn dat het gelukt is"
    assert pair.piet.get(pair.href).heading == "Dank u wel voor uw hulp"
    assert pair.status() is MatchStatus.DONE


def test_before_its_moment_nothing_can_be_done_with_it(
    sessions: Sessions, page: Page, sign_in: SignIn, clock: MovableClock
) -> None:
    pair = Pair(sessions, page, sign_in, windows=(a_window(96),))
    pair.riet.get(pair.href).submit("Prima, Piet mag komen")
    assert "Het is gedaan" not in pair.riet.text
    clock.move(hours=97)
    pair.sign_in()
    assert "Het is gedaan" in pair.riet.get(pair.href).text


def test_details_are_gone_a_fortnight_after_the_end(pair: Pair, sessions: Sessions, clock: MovableClock) -> None:
    number, _ = pair.share(pair.volunteer_id)
    with sessions.begin() as session:
        riet = Actor(pair.requester_id)
        matches.confirm(session, match_id=pair.match_id, actor=riet, now=NOW)
        matches.finish(session, match_id=pair.match_id, actor=riet, now=NOW)
    clock.move(days=13, hours=23)
    pair.sign_in()
    assert number in pair.riet.get(pair.href).text
    clock.move(hours=1)
    assert number not in pair.riet.get(pair.href).text


def test_nobody_else_sees_or_does_anything_with_it(pair: Pair, sessions: Sessions, page: Page, sign_in: SignIn) -> None:
    with sessions.begin() as session:
        strangers = [a_person(session).id, a_coordinator(session).person_id]
    for person_id in strangers:
        other = page.another()
        sign_in(other, person_id)
        other.get("/hulpvragen")
        for path in ("", "/liever-niet", "/afzeggen"):
            other.get(f"{pair.href}{path}", expect=404)
        for path in ("/prima", "/liever-niet", "/afzeggen", "/klaar"):
            other.get("/hulpvragen")
            other.post(f"{pair.href}{path}", expect=403)
    assert pair.status() is MatchStatus.AGREED
    pair.piet.get(pair.href)
    for path in ("/prima", "/liever-niet"):
        pair.piet.get(pair.href)
        pair.piet.post(f"{pair.href}{path}", expect=403)
    pair.piet.get(f"{pair.href}/liever-niet", expect=404)
    pair.piet.get(f"/koppelingen/{uuid4()}", expect=404)
    assert pair.status() is MatchStatus.AGREED
