"""A proposal as the volunteer who was asked sees it: to be answered, and what came of the answer."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from sqlmodel import Session

from marketplace import permissions
from marketplace.asks import RIDE
from marketplace.errors import NotFound
from marketplace.models import DeclineReason, Match, Offer, Proposal, ProposalStatus
from marketplace.permissions import Actor
from marketplace.queries import browsing, matches, meeting, offers, young
from marketplace.queries.browsing import RequestFacts
from transport.reimbursement import ReimbursementPolicy, reimburse_ride
from transport.travel import GreatCircleTravel, Place
from web import dates
from web.forms.offering import usual_pause
from web.labels.requests import people_words, when_words
from web.labels.rules import Hint, lower_first, upper_first, why_you
from web.labels.skills import picture_of
from web.pages.meeting import MeetingPart, SurePage, read_cancel_page, read_meeting
from web.pages.offering import pause_words

REIMBURSEMENT: Final = ReimbursementPolicy()

Line = tuple[str, str]


class State(StrEnum):
    """What the page is about."""

    ASKED = "asked"
    # The answer comes late, or was no: a yes may still be welcome.
    LATE = "late"
    DECLINED = "declined"
    WAITING = "waiting"
    RESERVE = "reserve"
    OVER = "over"
    MEETING = "meeting"


@dataclass(frozen=True)
class AnswerPage:
    """One proposal. ``base`` is the address of the page itself, of which all that can be done is a part."""

    title: str
    state: State
    base: str
    lead: str = ""
    picture: str = ""
    text: str = ""
    why: str = ""
    facts: tuple[Line, ...] = ()
    others: str = ""
    sentences: tuple[str, ...] = ()
    pause_until: str = ""
    errors: tuple[tuple[str, str], ...] = ()
    meeting: MeetingPart | None = None

    @property
    def pause_error(self) -> str:
        """The sentence at the date of a pause."""
        return dict(self.errors).get("pause_until", "")


@dataclass(frozen=True)
class NoRoomPage:
    """A yes for which the volunteer has no room."""

    hints: tuple[Hint, ...]
    base: str
    title: str = "U helpt al genoeg mensen"


@dataclass(frozen=True)
class UnknownLinkPage:
    """A link that is not one of ours, or not whole."""

    title: str = "Deze link kennen wij niet"


@dataclass(frozen=True)
class _Scene:
    proposal: Proposal
    offer: Offer
    facts: RequestFacts
    match: Match | None
    base: str
    now: datetime
    # A coordinator has still to look at the pair.
    is_looked_at: bool

    @property
    def asker(self) -> str:
        """Who asks: a first name, or an organisation."""
        return self.facts.organisation_name or self.facts.requester_name

    @property
    def what(self) -> str:
        return lower_first(self.facts.skill_label)

    @property
    def is_wanted(self) -> bool:
        """Whether a yes may still help: a place is free and there is time to respond."""
        return self.facts.ended_at is None and self.facts.free_slots > 0 and self.now < self.facts.respond_by


def read_answer_page(
    session: Session,
    proposal_id: UUID,
    *,
    actor: Actor,
    base: str,
    is_linked: bool,
    now: datetime,
    typed_pause: str | None = None,
    errors: tuple[tuple[str, str], ...] = (),
) -> AnswerPage:
    """The page as it stands now. Raises NotFound, also for who was not asked."""
    scene = _read_scene(session, proposal_id, actor, base, now)
    if scene.match is not None:
        cancel_href = f"{base}/afzeggen" if is_linked else None
        part = read_meeting(session, scene.match, actor=actor, now=now, cancel_href=cancel_href)
        return AnswerPage(part.title, State.MEETING, base, meeting=part)
    if _may_answer(scene):
        pause = usual_pause(now).isoformat() if typed_pause is None else typed_pause
        return _asked(session, scene, pause, errors)
    return _answered(scene)


def read_cancel(session: Session, proposal_id: UUID, *, actor: Actor, base: str, now: datetime) -> SurePage | None:
    """Really cancel, under a mailed link? None where there is nothing to cancel."""
    scene = _read_scene(session, proposal_id, actor, base, now)
    if scene.match is None or scene.match.ended_at is not None:
        return None
    return read_cancel_page(session, scene.match, actor=actor, now=now, action=f"{base}/afzeggen", back=base)


def find_match_to_cancel(session: Session, proposal_id: UUID, *, actor: Actor) -> UUID | None:
    """The one match that a mailed link may cancel."""
    proposal = _own_proposal(session, proposal_id, actor)
    match = matches.find_match_of_proposal(session, proposal.id)
    return None if match is None else match.id


def may_answer_now(session: Session, proposal_id: UUID, *, actor: Actor, now: datetime) -> bool:
    """Whether an answer counts: until respond-by, afterwards the page only thanks and explains."""
    proposal = _own_proposal(session, proposal_id, actor)
    return now < browsing.get_facts(session, proposal.request_id).respond_by


def _own_proposal(session: Session, proposal_id: UUID, actor: Actor) -> Proposal:
    proposal = matches.get_proposal(session, proposal_id)
    if not permissions.may_answer(actor, proposal):
        raise NotFound(f"proposal {proposal_id}")
    return proposal


def _read_scene(session: Session, proposal_id: UUID, actor: Actor, base: str, now: datetime) -> _Scene:
    proposal = _own_proposal(session, proposal_id, actor)
    return _Scene(
        proposal=proposal,
        offer=offers.get_offer(session, proposal.offer_id),
        facts=browsing.get_facts(session, proposal.request_id),
        match=matches.find_match_of_proposal(session, proposal.id),
        base=base,
        now=now,
        is_looked_at=young.is_looked_at(session, proposal.id),
    )


def _may_answer(scene: _Scene) -> bool:
    is_live = scene.proposal.status is ProposalStatus.OPEN and scene.now < scene.proposal.expires_at
    return is_live and scene.is_wanted and not scene.proposal.reserve


def _asked(session: Session, scene: _Scene, pause: str, errors: tuple[tuple[str, str], ...]) -> AnswerPage:
    facts, proposal = scene.facts, scene.proposal
    distance = dates.distance(proposal.distance_km)
    why = why_you(
        proposal.reasons,
        what=facts.skill_label,
        is_ride=facts.skill_code == RIDE,
        distance_km=proposal.distance_km,
        asker=scene.asker,
        organisation=facts.organisation,
    )
    others = meeting.count_others_asked(session, proposal, now=scene.now)
    return AnswerPage(
        title=_question(scene),
        state=State.ASKED,
        base=scene.base,
        picture=picture_of(facts.skill_code),
        text=facts.text,
        why=why,
        facts=_facts(scene, distance),
        others=_others(others, facts.free_slots),
        pause_until=pause,
        errors=errors,
    )


def _question(scene: _Scene) -> str:
    goal = (scene.facts.destination or {}).get("neighbourhood", "")
    if scene.facts.skill_code == RIDE and goal:
        return f"Kunt u {scene.asker} naar {goal} rijden?"
    return f"Kunt u {scene.asker} helpen met {scene.what}?"


def _facts(scene: _Scene, distance: str) -> tuple[Line, ...]:
    facts = scene.facts
    lines = [
        ("Wie", f"{scene.asker} uit {facts.neighbourhood}"),
        ("Wanneer", when_words(facts.windows, facts.weekly, today=dates.day_of(scene.now))),
        ("Hoe lang", dates.duration(facts.minutes)),
        ("Hoe ver", distance),
        ("Onkosten", _expenses(scene)),
        ("Nodig", people_words(facts.free_slots) if facts.free_slots > 1 else ""),
        ("Antwoord graag", f"uiterlijk {dates.near_moment(scene.proposal.expires_at, now=scene.now)}"),
    ]
    return tuple((label, upper_first(text)) for label, text in lines if text)


def _expenses(scene: _Scene) -> str:
    """What a driver gets back for a ride, from their own door and back to it."""
    goal, facts, offer = scene.facts.destination, scene.facts, scene.offer
    if facts.skill_code != RIDE or not goal:
        return ""
    paid = reimburse_ride(
        GreatCircleTravel().metres,
        home=Place("home", offer.latitude, offer.longitude),
        origin=Place("from", facts.latitude, facts.longitude),
        destination=Place("to", goal["latitude"], goal["longitude"]),
        is_return=bool(goal.get("returns")),
        policy=REIMBURSEMENT,
    )
    euros = f"{paid.cents // 100},{paid.cents % 100:02d}"
    return f"u krijgt ongeveer € {euros} terug ({dates.kilometres(paid.metres / 1000)}, € 0,30 per km)"


def _others(others: int, free_slots: int) -> str:
    if others == 0:
        return "Wij vragen dit nu alleen aan u."
    if free_slots > others:
        return "Wij vragen ook anderen. Er is plaats voor iedereen die ja zegt."
    return "Wij vragen dit ook aan iemand anders."


def _answered(scene: _Scene) -> AnswerPage:
    """What is to be said once it was answered, or cannot be any more."""
    proposal, asker = scene.proposal, scene.asker
    if proposal.status is ProposalStatus.WAITING and scene.is_looked_at:
        return _page(
            scene,
            State.WAITING,
            "Dank je wel voor je ja",
            f"{asker} vraagt hulp thuis, en je bent nog geen zestien. Daarom kijkt eerst iemand van ons mee. "
            f"Je hoort het uiterlijk {_until(scene)}.",
            "Bij iemand thuis ben je nooit alleen met die persoon: er is altijd nog iemand bij. "
            "Kun je toch niet? Laat het dan hieronder weten.",
        )
    if proposal.status is ProposalStatus.WAITING:
        return _page(
            scene,
            State.WAITING,
            "Dank u wel voor uw ja",
            f"{asker} kiest zelf wie er komt. U hoort het uiterlijk {_until(scene)}.",
            "Kunt u toch niet? Laat het dan hieronder weten.",
        )
    if proposal.reserve:
        return _page(
            scene,
            State.RESERVE,
            "Dank u wel! Er was net iemand anders",
            f"{asker} wordt al geholpen. Fijn dat u ja zei.",
            "U staat op de reservelijst. Valt er iemand uit, dan denken wij aan u.",
        )
    if proposal.status is ProposalStatus.REFUSED:
        return _page(scene, State.OVER, "Dank u wel dat u wilde helpen", f"{asker} koos iemand anders.", "")
    if proposal.status is ProposalStatus.DECLINED:
        return _declined(scene)
    if scene.is_wanted:
        return _page(
            scene,
            State.LATE,
            "U kunt nog helpen",
            f"De tijd om te antwoorden was voorbij. Maar {asker} zoekt nog iemand voor {scene.what}.",
            f"Past het u toch? Zeg dan nog ja, uiterlijk {dates.near_moment(scene.facts.respond_by, now=scene.now)}.",
        )
    is_helped = scene.facts.ended_at is not None or scene.facts.free_slots == 0
    lead = f"{asker} heeft geen hulp meer nodig." if is_helped else "De tijd om te antwoorden is voorbij."
    return _page(scene, State.OVER, "U hoeft niets meer te doen", lead, "Dank u wel dat u keek.")


def _declined(scene: _Scene) -> AnswerPage:
    """A no is thanked as warmly as a yes."""
    more = "Wij vragen iemand anders. Tot een andere keer."
    if scene.proposal.decline_reason is DeclineReason.NOT_THIS_KIND:
        more = f"Wij vragen u niet meer voor {scene.what}. In uw aanbod kunt u dat weer aanzetten."
    elif until := pause_words(scene.offer.paused_until, scene.now):
        more = f"U hebt pauze tot {until}. Tot die dag vragen wij u niets."
    return _page(
        scene, State.DECLINED, "Dank u wel voor uw antwoord", "Nee zeggen mag altijd. Zo weten wij het snel.", more
    )


def _until(scene: _Scene) -> str:
    return dates.near_moment(scene.proposal.expires_at, now=scene.now)


def _page(scene: _Scene, state: State, title: str, lead: str, more: str) -> AnswerPage:
    return AnswerPage(
        title=title, state=state, base=scene.base, lead=lead, sentences=(more,) if more else (), picture="thanks"
    )
