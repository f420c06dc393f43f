"""The ladder, by the clock: who is looked to next when nobody answers, and nothing is ever left where it lies."""

from datetime import datetime, timedelta
from typing import Final

from sqlmodel import Session

from marketplace import candidacy, history, notices, ownership, relaxing
from marketplace.database import Sessions
from marketplace.models import ActingAs, EventKind, HelpRequest, NoticeKind, Rung, SlotStatus
from marketplace.policies import ASKING, LadderPolicy, next_asking_moment
from marketplace.queries import ladder, requests
from marketplace.queries.roster import read_roster
from marketplace.relaxing import Proposal

# How many organisations hear of one request, and how long one of them is left in peace after it.
ORGANISATIONS_AT_ONCE: Final = 3
ORGANISATION_RESTS: Final = timedelta(days=7)


# --- below the coordinator -----------------------------------------------------------------------------------------


def climb_alone(sessions: Sessions, now: datetime) -> int:
    """Requests that wait long enough go wider, and then to organisations. How many climbed.

    What would help is worked out with no transaction open; whether it is still wanted is decided when it is written.
    """
    with sessions.read() as session:
        waiting = ladder.list_asking_alone(session, now)
        times = {where: ladder.read_ladders(session, where) for where in {one.municipality_id for one in waiting}}
        due = [one for one in waiting if next_rung(one, times[one.municipality_id].of(one), now) is not None]
        best = {one.id: _best_question(session, one, now) for one in due if one.rung is Rung.ENGINE}
    for one in due:
        with sessions.begin() as session:
            _climb(session, requests.lock_request(session, one.id), best.get(one.id), now)
    return len(due)


def catch_up(sessions: Sessions, now: datetime) -> int:
    """What was handed over before it went wider goes wider now, beside whoever has it: who asked, and organisations.

    Where nobody can ever fit a coordinator hears of it at once; that is no reason to leave out what people could have
    solved without one. How many requests.
    """
    with sessions.read() as session:
        waiting = ladder.list_handed_over_early(session, now)
        best = {one.id: _best_question(session, one, now) for one in waiting}
    for one in waiting:
        with sessions.begin() as session:
            _catch_up(session, requests.lock_request(session, one.id), best[one.id], now)
    return len(waiting)


def next_rung(request: HelpRequest, times: LadderPolicy, now: datetime) -> Rung | None:
    """To which rung below the coordinator a request of the engine climbs now; None while it stays. One at a time."""
    whole = ASKING.escalation.due_at(request.version_at, request.respond_by) - request.version_at
    shares = {
        Rung.ENGINE: (Rung.WIDER, times.wider_share),
        Rung.WIDER: (Rung.ORGANISATIONS, times.organisations_share),
    }
    if request.rung not in shares:
        return None
    rung, share = shares[request.rung]
    return rung if now >= request.version_at + whole * share else None


def _best_question(session: Session, request: HelpRequest, now: datetime) -> Proposal | None:
    """What most people could help with if it gave way; None where somebody fits as it is."""
    found = candidacy.list_candidates(session, municipality_id=request.municipality_id, request_id=request.id, now=now)
    return max(relaxing.list_proposals(found), key=lambda one: one.people, default=None)


def _climb(session: Session, request: HelpRequest, question: Proposal | None, now: datetime) -> None:
    is_alone = request.owner_id is None and request.escalated_at is None and request.held_at is None
    if not is_alone or request.ended_at is not None or not requests.list_slots(session, request.id, SlotStatus.FREE):
        return
    ladders = ladder.read_ladders(session, request.municipality_id)
    rung = next_rung(request, ladders.of(request), now)
    if rung is None:
        return
    ownership.climb(request, rung, now=now)
    request.went_wider_at = request.went_wider_at or now
    session.add(request)
    told = 0
    if rung is Rung.WIDER and question is not None:
        told = relaxing.ask(session, request, question, actor=None, now=now) is not None
    elif rung is Rung.ORGANISATIONS:
        told = _ask_organisations(session, request, ladders.work_areas.get(request.skill_code, ""), now)
    history.about_request(
        session, EventKind.CLIMBED, request, at=now, acting_as=ActingAs.ENGINE, rung=rung.value, told=int(told)
    )


def _catch_up(session: Session, request: HelpRequest, question: Proposal | None, now: datetime) -> None:
    is_free = request.ended_at is None and requests.list_slots(session, request.id, SlotStatus.FREE)
    if request.went_wider_at is not None or request.held_at is not None or not is_free:
        return
    request.went_wider_at = now
    session.add(request)
    told = question is not None and relaxing.ask(session, request, question, actor=None, now=now) is not None
    work_areas = ladder.read_ladders(session, request.municipality_id).work_areas
    asked = _ask_organisations(session, request, work_areas.get(request.skill_code, ""), now)
    for rung, count in ((Rung.WIDER, int(told)), (Rung.ORGANISATIONS, asked)):
        history.about_request(
            session, EventKind.CLIMBED, request, at=now, acting_as=ActingAs.ENGINE, rung=rung.value, told=count
        )


def _ask_organisations(session: Session, request: HelpRequest, work_area: str, now: datetime) -> int:
    contacts = ladder.list_organisations_to_ask(
        session,
        request.municipality_id,
        work_area=work_area,
        asked_before=now - ORGANISATION_RESTS,
        most=ORGANISATIONS_AT_ONCE,
    )
    for contact in contacts:
        contact.asked_at = now
        session.add(contact)
        notices.about_request(
            session,
            NoticeKind.ORGANISATION_ASKED,
            request,
            to=contact.person_id,
            at=now,
            not_before=next_asking_moment(now),
        )
    return len(contacts)


# --- from person to person -----------------------------------------------------------------------------------------


def hand_on_overdue(session: Session, now: datetime) -> int:
    """Give cases that nobody acted on in time to the team lead. How many changed hands.

    A case that the team lead has already, or that has no team lead, gets a new moment at which it is looked
    at again: it is never without one, and after some days the municipality hears of it. What was given back to the
    engine in vain comes back to who is on duty, since the engine hands a version over only once.
    """
    overdue = requests.list_handed_over_before(session, now)
    in_vain = requests.list_given_back_in_vain(session, now)
    return sum(
        [_hand_on(session, case, now) for case in overdue] + [_bring_back(session, case, now) for case in in_vain]
    )


def _hand_on(session: Session, request: HelpRequest, now: datetime) -> bool:
    roster = read_roster(session, request.municipality_id, now=now)
    if roster.team_lead is None or roster.team_lead == request.owner_id:
        _stay(session, request, now)
        return False
    ownership.pass_on(session, request, roster.team_lead, why="overdue", now=now, rung=Rung.TEAM_LEAD)
    return True


def _stay(session: Session, request: HelpRequest, now: datetime) -> None:
    """Nobody is left to pass it to: it is looked at again, and in time the municipality is told."""
    times = ladder.read_ladders(session, request.municipality_id).of(request)
    if request.rung is Rung.COORDINATOR:
        ownership.climb(request, Rung.TEAM_LEAD, now=now)
    since = request.rung_at or now
    if request.rung is Rung.TEAM_LEAD and now >= times.municipality_at(since):
        ownership.climb(request, Rung.MUNICIPALITY, now=now)
        _tell_municipality(session, request, now)
    elif request.rung is Rung.MUNICIPALITY and now >= times.municipality_again_at(since):
        request.rung_at = now
        _tell_municipality(session, request, now)
    request.next_moment_at = times.deadline(now)
    session.add(request)


def _tell_municipality(session: Session, request: HelpRequest, now: datetime) -> None:
    """Who follows for the municipality hears of what kind and where; never whose it is."""
    readers = ladder.list_readers(session, request.municipality_id, now=now)
    history.about_request(
        session,
        EventKind.CLIMBED,
        request,
        at=now,
        acting_as=ActingAs.ENGINE,
        rung=Rung.MUNICIPALITY.value,
        told=len(readers),
    )
    for person_id in readers:
        notices.about_request(
            session,
            NoticeKind.STANDS_STILL,
            request,
            to=person_id,
            at=now,
            key=f"{request.id}:{now.isoformat()}",
        )


def _bring_back(session: Session, request: HelpRequest, now: datetime) -> bool:
    owner = ownership.find_owner(session, request, now=now)
    if owner is None:
        return False
    ownership.pass_on(session, request, owner, why="time_over", now=now)
    return True
