"""The mailed link and the page of a proposal: four answers, and what comes of each."""

from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlmodel import col, select

from marketplace import matches, responses
from marketplace.asks import RIDE, Destination
from marketplace.database import Sessions
from marketplace.links import AnswerLinks
from marketplace.models import (
    DeclineReason,
    Match,
    MatchStatus,
    Offer,
    OfferSkill,
    Origin,
    Proposal,
    ProposalStatus,
)
from marketplace.permissions import Actor
from marketplace.policies import local_midnight
from marketplace.settings import Settings
from tests.support.builders import a_person, a_proposal, a_request, a_volunteer, a_window, place
from tests.support.clock import NOW, MovableClock
from tests.support.pages import Page
from tests.support.site import SignIn


class Asked:
    """Piet was asked to cut the hedge of Riet; what a test needs of it."""

    def __init__(self, sessions: Sessions, settings: Settings, *, others: int = 0, **asked: Any) -> None:
        self._sessions = sessions
        with sessions.begin() as session:
            rest = [a_volunteer(session, f"Kees{number}") for number in range(others)]
            rest_ids = [offer.id for offer in rest]
            offer = a_volunteer(session, "Piet", skills=[asked.get("skill", "garden.hedge")], at=place("4901AB"))
            request = a_request(session, requester=a_person(session, "Riet"), at=place("4907AB"), **asked)
            proposal = a_proposal(session, request, offer)
            for offer_id in rest_ids:
                a_proposal(session, request, session.get_one(Offer, offer_id))
            self.person_id, self.offer_id = offer.person_id, offer.id
            self.request_id, self.requester_id = request.id, request.requester_id
            self.proposal_id: UUID = proposal.id
        self.link = AnswerLinks(settings.secret_key).path(self.proposal_id)

    @property
    def proposal(self) -> Proposal:
        with self._sessions.read() as session:
            found = session.get_one(Proposal, self.proposal_id)
            session.expunge(found)
            return found

    def matches(self) -> list[tuple[MatchStatus, UUID]]:
        with self._sessions.read() as session:
            return [(row.status, row.id) for row in session.exec(select(Match).order_by(col(Match.made_at)))]

    def fill(self) -> None:
        """Somebody else is quicker."""
        with self._sessions.begin() as session:
            offer = a_volunteer(session, "Snel")
            responses.apply(session, request_id=self.request_id, actor=Actor(offer.person_id), now=NOW)


@pytest.fixture
def asked(sessions: Sessions, settings: Settings) -> Asked:
    return Asked(sessions, settings)


def test_opening_the_link_shows_who_asks_and_changes_nothing(page: Page, asked: Asked) -> None:
    """Mail scanners follow links too."""
    for _ in range(2):
        page.get(asked.link)
    assert page.heading == "Kunt u Riet helpen met heg knippen en snoeien?"
    for told in ("Riet uit Dommelbergen", "De heg is te hoog geworden.", "Wij vragen u, want", "morgen om 10.00 uur"):
        assert told in page.text
    assert "Wij vragen dit nu alleen aan u." in page.text
    for secret in ("Jansen", "4907", "06 0"):
        assert secret not in page.source
    assert asked.proposal.status is ProposalStatus.OPEN


def test_a_yes_without_signing_in_makes_a_match_and_the_link_shows_it(page: Page, asked: Asked) -> None:
    page.get(asked.link).submit("Ja, graag")
    assert page.heading == "Dank u wel! U gaat helpen"
    assert "Wat gebeurt er nu?" in page.text
    assert "Uiterlijk morgen om 10.00 uur ziet u hier hoe u Riet bereikt." in page.text
    assert "Inloggen" in page.soup.select_one("nav").get_text(), "the link signs nobody in"
    page.post(asked.link, {"answer": "yes"})  # the back button, and again
    assert page.heading == "Dank u wel! U gaat helpen"
    assert [status for status, _ in asked.matches()] == [MatchStatus.AGREED]


def test_under_the_link_details_open_in_time_and_the_match_is_cancelled(
    page: Page, asked: Asked, clock: MovableClock
) -> None:
    page.get(asked.link).submit("Ja, graag")
    assert "06 0" not in page.text
    clock.move(hours=24)
    page.get(asked.link)
    assert page.heading == "U gaat Riet helpen"
    assert "06 0" in page.text
    page.follow("Afspraak afzeggen")
    assert page.heading == "Wilt u de afspraak afzeggen?"
    assert asked.matches()[0][0] is not MatchStatus.CANCELLED, "asking is not doing"
    page.submit("Afspraak afzeggen")
    assert page.heading == "De afspraak is afgezegd"
    page.post(f"{asked.link}/afzeggen")
    assert page.heading == "De afspraak is afgezegd"
    page.get(f"{asked.link}/afzeggen")
    assert page.heading == "De afspraak is afgezegd"
    assert [status for status, _ in asked.matches()] == [MatchStatus.CANCELLED]


def test_the_link_opens_nothing_else(page: Page, asked: Asked) -> None:
    page.get(asked.link).submit("Ja, graag")
    [(_, match_id)] = asked.matches()
    for elsewhere in (f"/koppelingen/{match_id}", f"/voorstellen/{asked.proposal_id}", "/helpen/pauze"):
        page.get(elsewhere)
        assert page.heading == "Inloggen"


@pytest.mark.parametrize(
    ("button", "reason", "told"),
    [
        ("Nu niet", DeclineReason.NOT_NOW, "Wij vragen iemand anders. Tot een andere keer."),
        ("Dit soort niet", DeclineReason.NOT_THIS_KIND, "Wij vragen u niet meer voor heg knippen en snoeien."),
    ],
)
def test_a_no_is_thanked_as_warmly_as_a_yes(
    page: Page, asked: Asked, button: str, reason: DeclineReason, told: str
) -> None:
    page.get(asked.link).submit(button)
    assert page.heading == "Dank u wel voor uw antwoord"
    assert told in page.text
    assert (asked.proposal.status, asked.proposal.decline_reason) == (ProposalStatus.DECLINED, reason)


def test_not_this_kind_rests_the_kind(page: Page, asked: Asked, sessions: Sessions) -> None:
    page.get(asked.link).submit("Dit soort niet")
    with sessions.read() as session:
        assert session.get_one(OfferSkill, (asked.offer_id, "garden.hedge")).rested_at == NOW


def test_a_pause_begins_from_the_link_with_two_weeks_filled_in(page: Page, asked: Asked, sessions: Sessions) -> None:
    page.get(asked.link)
    assert page.values("Neem pauze tot deze dag")["pause_until"] == ["2026-03-17"]
    page.submit("Neem pauze tot deze dag", pause_until="2026-04-01")
    assert "U hebt pauze tot woensdag 1 april." in page.text
    with sessions.read() as session:
        assert session.get_one(Offer, asked.offer_id).paused_until == local_midnight(date(2026, 4, 1))


@pytest.mark.database("sqlite")
@pytest.mark.parametrize(
    ("form", "error"),
    [
        ({"answer": "pause", "pause_until": ""}, "Vul een datum in, bijvoorbeeld 3-3-2026."),
        ({"answer": "pause", "pause_until": "2026-03-03"}, "Kies een dag die nog komt."),
        ({"answer": "misschien"}, "Kijk dit nog eens na. Er klopt iets niet."),
        ({}, "Kijk dit nog eens na. Er klopt iets niet."),
    ],
)
def test_an_answer_that_is_none_changes_nothing(page: Page, asked: Asked, form: dict[str, str], error: str) -> None:
    page.get(asked.link)
    page.post(asked.link, form, expect=400)
    assert page.errors() == [error]
    assert asked.proposal.status is ProposalStatus.OPEN


def test_a_yes_that_somebody_else_was_before_is_thanked_and_kept(page: Page, asked: Asked) -> None:
    page.get(asked.link)
    asked.fill()
    page.submit("Ja, graag")
    assert page.heading == "Dank u wel! Er was net iemand anders"
    assert "reservelijst" in page.text
    assert asked.proposal.reserve == "regret"
    page.get(asked.link)
    assert page.heading == "Dank u wel! Er was net iemand anders"


def test_a_proposal_that_was_withdrawn_explains(page: Page, asked: Asked) -> None:
    asked.fill()
    page.get(asked.link)
    assert page.heading == "U hoeft niets meer te doen"
    assert "Riet heeft geen hulp meer nodig." in page.text
    assert page.soup.select("main form") == []


def test_a_late_yes_is_welcome_while_help_is_needed(
    page: Page, asked: Asked, sessions: Sessions, clock: MovableClock
) -> None:
    clock.move(hours=25)
    with sessions.begin() as session:
        responses.lapse_overdue(session, clock())
    page.get(asked.link)
    assert page.heading == "U kunt nog helpen"
    page.submit("Ja, ik help toch")
    assert page.heading == "Dank u wel! U gaat helpen"


def test_who_said_no_may_still_say_yes_by_the_old_page(page: Page, asked: Asked) -> None:
    page.get(asked.link).submit("Nu niet")
    page.post(asked.link, {"answer": "yes"})
    assert page.heading == "Dank u wel! U gaat helpen"
    page.post(asked.link, {"answer": "not_now"})
    assert page.heading == "Dank u wel! U gaat helpen", "a no after the yes is cancelling, which is asked twice"


def test_after_respond_by_the_link_only_thanks_and_explains(page: Page, asked: Asked, clock: MovableClock) -> None:
    page.get(asked.link)
    clock.move(days=8)
    for answer in ("yes", "not_now", "not_this"):
        page.post(asked.link, {"answer": answer})
        assert page.heading == "U hoeft niets meer te doen"
        assert page.soup.select("main form") == []
    assert asked.proposal.status is ProposalStatus.OPEN
    assert asked.matches() == []


def test_where_the_requester_chooses_a_yes_waits(page: Page, sessions: Sessions, settings: Settings) -> None:
    asked = Asked(sessions, settings, is_chosen_by_requester=True)
    page.get(asked.link).submit("Ja, graag")
    assert page.heading == "Dank u wel voor uw ja"
    assert "Riet kiest zelf wie er komt. U hoort het uiterlijk morgen om 10.00 uur." in page.text
    page.submit("Ik kan toch niet")
    assert page.heading == "Dank u wel voor uw antwoord"


def test_who_was_not_chosen_is_thanked(page: Page, sessions: Sessions, settings: Settings) -> None:
    asked = Asked(sessions, settings, is_chosen_by_requester=True)
    page.get(asked.link).submit("Ja, graag")
    with sessions.begin() as session:
        responses.refuse(session, proposal_id=asked.proposal_id, actor=Actor(asked.requester_id), now=NOW)
    page.post(asked.link, {"answer": "yes"})
    assert page.heading == "Dank u wel dat u wilde helpen"


def test_who_has_no_room_hears_how_to_make_some(page: Page, asked: Asked, sessions: Sessions) -> None:
    with sessions.begin() as session:
        offer = session.get_one(Offer, asked.offer_id)
        offer.engaged = offer.capacity
        session.add(offer)
    page.get(asked.link).submit("Ja, graag", expect=409)
    assert page.heading == "U helpt al genoeg mensen"
    assert asked.proposal.status is ProposalStatus.OPEN
    page.follow("Terug naar de vraag")
    assert page.heading == "Kunt u Riet helpen met heg knippen en snoeien?"


def test_it_says_when_others_are_asked_too(page: Page, sessions: Sessions, settings: Settings) -> None:
    asked = Asked(sessions, settings, others=1, slots=2)
    page.get(asked.link)
    assert "Wij vragen ook anderen. Er is plaats voor iedereen die ja zegt." in page.text
    assert "2 mensen" in page.text


def test_a_ride_says_where_to_roughly_and_what_one_gets_back(
    page: Page, sessions: Sessions, settings: Settings
) -> None:
    hospital = Destination("Amphia Ziekenhuis", place("4818CK"), returns=True, wait_minutes=60)
    asked = Asked(sessions, settings, skill=RIDE, destination=hospital, windows=(a_window(96),))
    page.get(asked.link)
    assert page.heading.startswith("Kunt u Riet naar ")
    assert "€ 0,30 per km" in page.text
    assert "Amphia" not in page.source, "which clinic somebody goes to is nobody's business yet"


@pytest.mark.database("sqlite")
@pytest.mark.parametrize(
    ("origin", "why"),
    [
        (Origin.RESIDENT_CHOICE, "Riet koos u uit de lijst van vrijwilligers."),
        (Origin.COORDINATOR, "Een medewerker van Surplus dacht aan u."),
    ],
)
def test_why_you_is_said_in_one_sentence(
    page: Page, asked: Asked, sessions: Sessions, origin: Origin, why: str
) -> None:
    with sessions.begin() as session:
        proposal = session.get_one(Proposal, asked.proposal_id)
        proposal.reasons = [{"code": origin.value, "amount": None}]
        session.add(proposal)
    page.get(asked.link)
    assert why in page.text


@pytest.mark.database("sqlite")
def test_a_link_that_is_not_ours_explains_what_to_do(page: Page, asked: Asked, settings: Settings) -> None:
    forged = AnswerLinks("another-secret-" + "0" * 32).path(asked.proposal_id)
    for link in ("/antwoord/onzin", asked.link[:-1], forged, f"{asked.link}x/afzeggen"):
        page.get(link, expect=404)
        assert page.heading == "Deze link kennen wij niet"
    page.post("/antwoord/onzin", {"answer": "yes"}, expect=404)
    page.post("/antwoord/onzin/afzeggen", expect=404)
    page.get(AnswerLinks(settings.secret_key).path(uuid4()), expect=404)


def test_signed_in_the_same_page_answers(page: Page, sign_in: SignIn, asked: Asked) -> None:
    sign_in(page, asked.person_id)
    page.get(f"/voorstellen/{asked.proposal_id}").submit("Ja, graag")
    assert page.heading == "Dank u wel! U gaat helpen"
    page.follow("Afspraak afzeggen").submit("Afspraak afzeggen")
    assert page.heading == "De afspraak is afgezegd"


def test_nobody_answers_for_somebody_else(page: Page, sign_in: SignIn, sessions: Sessions, asked: Asked) -> None:
    with sessions.begin() as session:
        stranger = a_person(session).id
    for person_id in (stranger, asked.requester_id):
        other = page.another()
        sign_in(other, person_id)
        other.get("/hulpvragen")
        other.get(f"/voorstellen/{asked.proposal_id}", expect=404)
        other.get("/hulpvragen")
        other.post(f"/voorstellen/{asked.proposal_id}", {"answer": "yes"}, expect=404)
        other.get(f"/voorstellen/{uuid4()}", expect=404)
    assert asked.proposal.status is ProposalStatus.OPEN


def test_once_it_is_done_the_link_thanks(page: Page, asked: Asked, sessions: Sessions, clock: MovableClock) -> None:
    page.get(asked.link).submit("Ja, graag")
    [(_, match_id)] = asked.matches()
    with sessions.begin() as session:
        riet = Actor(asked.requester_id)
        matches.confirm(session, match_id=match_id, actor=riet, now=clock())
        matches.finish(session, match_id=match_id, actor=riet, now=clock())
    clock.move(days=40)
    page.get(asked.link)
    assert page.heading == "Dank u wel voor uw hulp"
    assert "06 0" not in page.text, "details are gone 14 days after the end"


@pytest.mark.database("sqlite")
def test_a_dated_request_says_its_moment(page: Page, sessions: Sessions, settings: Settings) -> None:
    asked = Asked(sessions, settings, windows=(a_window(96, 3),))
    page.get(asked.link)
    assert "Zaterdag 7 maart, 10.00 tot 13.00 uur" in page.text
