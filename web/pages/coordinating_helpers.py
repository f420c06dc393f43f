"""Who could help with a case: a list to choose from, and one of them when both said yes on the telephone."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from marketplace import candidacy
from marketplace.candidacy import Candidacy, Candidate
from marketplace.models import HelpRequest
from marketplace.permissions import Actor
from marketplace.queries import board
from marketplace.queries.board import Reachable
from web import dates
from web.forms.coordinating import NOTHING_SENT, SentForm
from web.labels import escalation
from web.labels.requests import StatusTag, people_words
from web.pages.casework import helper_draft
from web.pages.coordinating import View, case_href, since
from web.pages.coordinating_weighing import Standstill, Weighing, tell_standstill, weigh

_FITS = StatusTag("Past", "good")
_ALMOST = StatusTag("Bijna", "waiting")
_NOT = StatusTag("Past niet", "neutral")


@dataclass(frozen=True)
class Helper:
    """One possible helper."""

    offer_id: str
    name: str
    status: StatusTag
    line: str
    misfits: tuple[str, ...]
    may_be_asked: bool
    couple_href: str


@dataclass(frozen=True)
class Helpers:
    """Possible helpers, and what was searched for."""

    candidacy: Candidacy
    found: tuple[Helper, ...]
    search: str
    sentence: str
    weighing: Weighing | None = None
    standstill: Standstill | None = None


@dataclass(frozen=True)
class CouplePage:
    """Somebody to couple by hand: how to reach both, and the tick that both said yes."""

    title: str
    name: str
    requester: str
    what: str
    helper: Helper
    contact: tuple[tuple[str, str, str], ...]
    action: str
    back: str
    sent: SentForm
    # What to say to each of the two: a heading and the sentences.
    drafts: tuple[tuple[str, tuple[str, ...]], ...] = ()


def build_helpers(
    session: Session, request: HelpRequest, *, search: str, view: View, is_open: bool, now: datetime
) -> Helpers:
    """The list of a case: by name or neighbourhood where something was typed, else who fits and who almost does."""
    if not is_open:
        return Helpers(candidacy.NOBODY, (), "", "")
    where = {"municipality_id": request.municipality_id, "request_id": request.id}
    listed = candidacy.list_candidates(session, **where, now=now)
    shown = candidacy.search_candidates(session, **where, wanted=search, now=now) if search else listed
    found = tuple(_helper(candidate, request.id, view, now) for candidate in shown.found)
    return Helpers(
        candidacy=listed,
        found=found,
        search=search,
        sentence=_sentence(listed, found, search),
        weighing=weigh(shown.found, [helper.status for helper in found], now),
        standstill=tell_standstill(session, request.id, listed, now),
    )


def build_couple(
    session: Session,
    request: HelpRequest,
    offer_id: UUID,
    *,
    view: View,
    actor: Actor,
    organisation: str,
    now: datetime,
    sent: SentForm = NOTHING_SENT,
) -> CouplePage | None:
    """One possible helper with how to reach them; None where they have left or the request has ended."""
    candidate = candidacy.describe_candidate(
        session, municipality_id=request.municipality_id, request_id=request.id, offer_id=offer_id, now=now
    )
    if candidate is None:
        return None
    helper = _helper(candidate, request.id, view, now)
    asker, volunteer = board.get_person(session, request.requester_id), board.get_helper(session, offer_id)
    return CouplePage(
        title=f"{helper.name} koppelen aan {asker.first_name}",
        name=helper.name,
        requester=asker.first_name,
        what=board.get_skill_label(session, request.skill_code),
        helper=helper,
        contact=(*_reach(volunteer), *_reach(asker)),
        action=case_href(request.id, view, "koppelen", str(offer_id)),
        back=case_href(request.id, view),
        sent=sent,
        drafts=(
            (
                f"Zeg tegen {helper.name}",
                helper_draft(
                    session,
                    request,
                    name=helper.name,
                    distance=dates.about_as_far(candidate.distance_km),
                    misfits=helper.misfits,
                    actor=actor,
                    organisation=organisation,
                    now=now,
                ),
            ),
        ),
    )


def _helper(candidate: Candidate, request_id: UUID, view: View, now: datetime) -> Helper:
    name = candidate.helper.first_name
    couple = case_href(request_id, view, "koppelen", str(candidate.helper.offer_id))
    return Helper(
        offer_id=str(candidate.helper.offer_id),
        name=name,
        status=_FITS if candidate.is_fitting else _ALMOST if candidate.miss else _NOT,
        line=_line(candidate, now),
        misfits=_misfits(candidate, name, now),
        may_be_asked=candidate.may_be_asked,
        couple_href=couple if candidate.may_be_coupled else "",
    )


def _line(candidate: Candidate, now: datetime) -> str:
    helper = candidate.helper
    asked = f"laatst gevraagd: {since(helper.last_asked_at, now=now)}" if helper.last_asked_at else "nog nooit gevraagd"
    helps = f"helpt {candidate.tasks} van {helper.capacity}"
    return f"{helper.neighbourhood} · {dates.kilometres(candidate.distance_km)} · {helps} · {asked}"


def _misfits(candidate: Candidate, name: str, now: datetime) -> tuple[str, ...]:
    if candidate.miss is not None:
        return (escalation.near_miss(name, candidate.miss.relax, candidate.miss.by, now=now),)
    return tuple(f"{name} {escalation.misfit(rule)}." for rule in candidate.misfits)


def _sentence(listed: Candidacy, found: tuple[Helper, ...], search: str) -> str:
    if search:
        return (
            f"{people_words(len(found))} gevonden voor “{search}”." if found else f"Niemand gevonden voor “{search}”."
        )
    if listed.fitting:
        fit = "past" if listed.fitting == 1 else "passen"
        return f"{people_words(listed.fitting)} {fit} nu. Wie past, staat bovenaan."
    return "Nu past niemand helemaal. Dit zijn de mensen bij wie één ding niet past." if found else "Nu past niemand."


def _reach(person: Reachable) -> tuple[tuple[str, str, str], ...]:
    telephone = person.telephone or ""
    if telephone:
        return ((person.first_name, telephone, f"tel:{telephone.replace(' ', '').replace('-', '')}"),)
    email = person.email or ""
    return ((person.first_name, email or "geen telefoon of e-mail bekend", f"mailto:{email}" if email else ""),)
