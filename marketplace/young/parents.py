"""A parent of somebody under sixteen: asked, agrees or not, and may stop it. Until the yes the child is nowhere here.

What the child typed stays a draft, and only the asking knows whose it is. After the yes the child gets the mail that
everybody who joins gets: opening it shows that the address is theirs, and makes the offer.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from sqlmodel import Session

from marketplace import ages, anonymising, due, filling, history, lifecycle, notices, ownership, permissions
from marketplace.errors import IllegalTransition, InvalidInput, NotFound
from marketplace.lifecycle import MatchAction, ProposalAction
from marketplace.lifecycle.young import ApprovalAction, ParentalAction, advance_approval, advance_parental
from marketplace.models import (
    ActingAs,
    Channel,
    ContactBy,
    Draft,
    EventKind,
    Match,
    NoticeKind,
    ParentalConsent,
    ParentalStatus,
    Person,
)
from marketplace.permissions import Actor
from marketplace.queries import people, requests, young
from marketplace.queries.signing import find_draft
from marketplace.telephones import bare

# How long the child has to open the mail, once a parent agreed.
FINISH_DAYS: Final = 14
# For so many children one address is asked at a time: whoever gets more of these mails did not ask for them.
MOST_ASKED: Final = 4


@dataclass(frozen=True)
class Parent:
    """Who is to agree, as the child told it: a name, and an address or a telephone number."""

    name: str
    email: str = ""
    telephone: str = ""


@dataclass(frozen=True)
class Child:
    """Who wants to help: as they typed it, or the person that they are here already."""

    name: str
    email: str
    telephone: str
    born_on: date
    person_id: UUID | None = None


@dataclass(frozen=True)
class Waiter:
    """Who may go on now with what they typed: where the mail goes, and what they typed."""

    email: str
    draft_id: UUID
    municipality_id: UUID


def waiter_of(consent: ParentalConsent) -> Waiter | None:
    """Whom to mail once a parent agreed; None where the child is here already."""
    if consent.draft_id is None or consent.child_email is None:
        return None
    return Waiter(consent.child_email, consent.draft_id, consent.municipality_id)


def check_birth_date(born_on: date | None, now: datetime) -> dict[str, str]:
    """What is wrong with a day of birth: field → code."""
    today = ages.today_of(now)
    if born_on is None or born_on > today or ages.age_on(born_on, today) > 110:
        return {"born_on": "born_on_missing"}
    if ages.age_on(born_on, today) < ages.POLICY.youngest:
        return {"born_on": "born_on_too_young"}
    return {}


def check_parent(child: Child, parent: Parent) -> dict[str, str]:
    """What is wrong with how a parent is reached: field → code. It is never the child's own address or number."""
    problems = {}
    if not parent.name.strip():
        problems["parent_name"] = "parent_name_missing"
    if not parent.email and not parent.telephone:
        problems["parent_email"] = "parent_missing"
    if parent.email and _address(parent.email) == _address(child.email):
        problems["parent_email"] = "parent_is_child"
    if parent.telephone and child.telephone and bare(parent.telephone) == bare(child.telephone):
        problems["parent_telephone"] = "parent_is_child"
    return problems


def ask(
    session: Session, child: Child, parent: Parent, *, municipality_id: UUID, draft_id: UUID, now: datetime
) -> ParentalConsent:
    """Ask a parent whether their child may help. Nothing of the child is kept anywhere else.

    Raises InvalidInput: a parent who is the child, who is a child here, or was asked already.
    """
    problems = check_birth_date(child.born_on, now) | check_parent(child, parent)
    if not ages.needs_parent(child.born_on, now):
        problems["born_on"] = "parent_not_needed"
    email = _address(child.email)
    if not problems and young.find_live(session, child_id=child.person_id, email=email) is not None:
        problems["parent_email"] = "parent_asked_before"
    guardian = _find_guardian(session, parent)
    if guardian is not None and (guardian.born_on is not None or guardian.id == child.person_id):
        problems["parent_email"] = "parent_no_grown_up"
    if guardian is not None and young.count_waiting_of(session, guardian.id) >= MOST_ASKED:
        problems["parent_email"] = "parent_asked_often"
    if problems:
        raise InvalidInput(problems)
    is_new = guardian is None
    guardian = guardian or _make_guardian(session, parent, now)
    consent = ParentalConsent(
        municipality_id=municipality_id,
        guardian_id=guardian.id,
        guardian_is_new=is_new,
        child_id=child.person_id,
        draft_id=draft_id,
        child_name=child.name.strip(),
        child_email=email,
        child_born_on=child.born_on,
        asked_at=now,
        expires_at=now + timedelta(days=ages.POLICY.parent_answers_days),
    )
    session.add(consent)
    session.flush()
    _keep_draft(session, draft_id, until=consent.expires_at + timedelta(days=FINISH_DAYS))
    _record(session, EventKind.PARENT_ASKED, consent, now, acting_as=ActingAs.VOLUNTEER)
    _tell_parent(session, NoticeKind.PARENT_ASKED, consent, now)
    notices.queue(
        session,
        NoticeKind.PARENT_AWAITED,
        municipality_id=municipality_id,
        at=now,
        key=str(consent.id),
        person_id=child.person_id,
        email=None if child.person_id else email,
        parental=consent.id,
    )
    return consent


def give(
    session: Session,
    *,
    consent_id: UUID,
    now: datetime,
    channel: Channel = Channel.WEB,
    recorded_by_id: UUID | None = None,
) -> Waiter | None:
    """The parent agrees. Gives whom to mail; None where that was done. Raises NotFound, IllegalTransition."""
    consent = young.lock_consent(session, consent_id)
    if consent.status is ParentalStatus.GIVEN:
        return None
    if consent.status is ParentalStatus.WAITING and now >= consent.expires_at:
        raise IllegalTransition("parental consent", "over", ParentalAction.GIVE)
    advance_parental(session, consent, ParentalAction.GIVE, at=now, channel=channel, recorded_by_id=recorded_by_id)
    _keep_draft(session, consent.draft_id, until=now + timedelta(days=FINISH_DAYS))
    _record(session, EventKind.PARENT_ANSWERED, consent, now, recorded_by_id=recorded_by_id, answer="yes")
    _tell_parent(session, NoticeKind.PARENT_THANKED, consent, now)
    return waiter_of(consent)


def refuse(session: Session, *, consent_id: UUID, now: datetime, recorded_by_id: UUID | None = None) -> None:
    """The parent does not agree: what the child typed is gone. Twice is once. Raises NotFound, IllegalTransition."""
    consent = young.lock_consent(session, consent_id)
    if consent.status is ParentalStatus.REFUSED:
        return
    advance_parental(session, consent, ParentalAction.REFUSE, at=now, recorded_by_id=recorded_by_id)
    _record(session, EventKind.PARENT_ANSWERED, consent, now, recorded_by_id=recorded_by_id, answer="no")
    _forget(session, consent, now)


def withdraw(session: Session, *, consent_id: UUID, now: datetime, recorded_by_id: UUID | None = None) -> None:
    """The parent stops it, at once: nobody asks the child, what was agreed ends, and a coordinator looks after it.

    Twice is once. Raises NotFound, IllegalTransition where nothing was given.
    """
    consent = young.lock_consent(session, consent_id)
    if consent.status is ParentalStatus.WITHDRAWN:
        return
    advance_parental(session, consent, ParentalAction.WITHDRAW, at=now, recorded_by_id=recorded_by_id)
    _record(session, EventKind.PARENT_STOPPED, consent, now, recorded_by_id=recorded_by_id)
    if consent.child_id is not None:
        stop_child(session, consent.child_id, guardian_id=consent.guardian_id, now=now)
    _forget_draft(session, consent)


def withdraw_for(session: Session, *, consent_id: UUID, municipality_id: UUID, actor: Actor, now: datetime) -> None:
    """A parent says by telephone that it stops. Raises NotAllowed, NotFound, IllegalTransition."""
    permissions.require(actor.has_role(municipality_id, permissions.DESK_WORKERS))
    if young.get_consent(session, consent_id).municipality_id != municipality_id:
        raise NotFound(f"parental consent {consent_id}")
    withdraw(session, consent_id=consent_id, now=now, recorded_by_id=actor.person_id)


def stop_child(session: Session, child_id: UUID, *, guardian_id: UUID, now: datetime) -> None:
    """Take a child out of everything they were asked for, wait for or agreed; the others are told, kindly."""
    for offer in young.list_live_offers(session, child_id):
        offer.left_at, offer.is_public = now, False
        session.add(offer)
        history.record(
            session,
            EventKind.OFFER_LEFT,
            at=now,
            municipality_id=offer.municipality_id,
            acting_as=ActingAs.VOLUNTEER,
            actor_id=guardian_id,
            person_id=child_id,
            offer=str(offer.id),
        )
    for proposal in young.list_live_proposals(session, child_id):
        request = requests.lock_request(session, proposal.request_id)
        session.refresh(proposal)
        if proposal.status not in lifecycle.LIVE_PROPOSALS:
            continue
        lifecycle.advance_proposal(session, proposal, ProposalAction.WITHDRAW, at=now)
        history.about_proposal(
            session, EventKind.PROPOSAL_WITHDRAWN, proposal, at=now, acting_as=ActingAs.VOLUNTEER, why="parent"
        )
        due.add_round(session, municipality_id=request.municipality_id, request_id=request.id, at=now)
    for approval in young.list_live_approvals_of(session, child_id):
        advance_approval(session, approval, ApprovalAction.DROP, at=now)
    for match in young.list_running_matches(session, child_id):
        _end_match(session, match, guardian_id, now)
    session.flush()


def _end_match(session: Session, match: Match, guardian_id: UUID, now: datetime) -> None:
    """Nobody comes any more: the place is free, whoever is on duty owns it, and who asked hears it kindly."""
    request = requests.lock_request(session, match.request_id)
    session.refresh(match)
    if match.status not in lifecycle.RUNNING_MATCHES:
        return
    lifecycle.advance_match(session, match, MatchAction.CANCEL, at=now)
    history.about_match(
        session,
        EventKind.CANCELLED,
        match,
        at=now,
        acting_as=ActingAs.VOLUNTEER,
        actor_id=guardian_id,
        by="volunteer",
        why="parent",
    )
    notices.about_match(session, NoticeKind.YOUNG_STOPPED, match, to=notices.told_for(request), at=now)
    filling.reopen_slot(session, request, match, acting_as=ActingAs.VOLUNTEER, now=now)
    ownership.put_before(session, request, why="parent_stopped", now=now)


# --- what time does ------------------------------------------------------------------------------------------------


def lapse_unanswered(session: Session, now: datetime) -> int:
    """Nobody answered in time, or the child never came back: who it was, and the parent, is forgotten. How many."""
    expired = [
        *young.list_expired(session, now),
        *young.list_unfinished(session, answered_before=now - timedelta(days=FINISH_DAYS)),
    ]
    for consent in expired:
        advance_parental(session, consent, ParentalAction.LAPSE, at=now)
        _forget(session, consent, now)
    return len(expired)


def release(session: Session, now: datetime) -> list[Waiter]:
    """Who turned sixteen needs nobody's yes any more, and the day of birth is kept for it no longer.

    Gives those who still waited: they may go on with what they typed.
    """
    waiters = []
    for consent in young.list_born_by(session, _born_at_latest(now, ages.POLICY.without_parent)):
        was_waiting = consent.status is ParentalStatus.WAITING
        if was_waiting and consent.draft_id is not None and consent.child_email is not None:
            waiters.append(Waiter(consent.child_email, consent.draft_id, consent.municipality_id))
            _keep_draft(session, consent.draft_id, until=now + timedelta(days=FINISH_DAYS))
        advance_parental(session, consent, ParentalAction.RELEASE, at=now, child_born_on=None)
        consent.child_name, consent.child_email = "", None
        session.add(consent)
        if was_waiting:
            _forget_guardian(session, consent, now)
    for person in young.list_grown_up(session, _born_at_latest(now, ages.POLICY.grown_up)):
        assert person.born_on is not None
        person.birth_year, person.born_on = person.born_on.year, None
        session.add(person)
    session.flush()
    return waiters


def _born_at_latest(now: datetime, years: int) -> date:
    """The latest day of birth of who has that age today; on 28 February nobody of the 29th has it yet."""
    today = ages.today_of(now)
    try:
        return today.replace(year=today.year - years)
    except ValueError:  # today is 29 February: who was born on the 28th and before
        return date(today.year - years, 2, 28)


# --- leaving for good ----------------------------------------------------------------------------------------------


def leave(session: Session, person: Person, *, now: datetime) -> None:
    """Somebody leaves: a yes that nobody can take back any more is over, and what a child typed is gone."""
    for consent in young.list_consents_of_guardian(session, person.id):
        if consent.status is ParentalStatus.GIVEN:
            withdraw(session, consent_id=consent.id, now=now)
        elif consent.status is ParentalStatus.WAITING:
            advance_parental(session, consent, ParentalAction.LAPSE, at=now)
            _forget(session, consent, now)
    for consent in young.list_consents_of_child(session, person.id):
        if consent.status in young.LIVE_CONSENTS:
            advance_parental(session, consent, ParentalAction.LAPSE, at=now)
        _forget(session, consent, now)


# --- the child becomes known ---------------------------------------------------------------------------------------


def join(session: Session, *, draft_id: UUID, person: Person, born_on: date, now: datetime) -> None:
    """Somebody under eighteen opened the mail: their day of birth decides what they may, until they are grown up.

    Raises InvalidInput where a parent has still to agree.
    """
    consent = young.find_by_draft(session, draft_id)
    # What they said of themselves before counts: nobody grows older by typing another day.
    person.born_on = person.born_on or born_on
    person.birth_year = person.born_on.year
    session.add(person)
    if not ages.needs_parent(person.born_on, now):
        session.flush()
        return
    # A yes is for one child: who opens the mail a second time, as somebody else, has none.
    is_of_another = consent is not None and consent.child_id not in (None, person.id)
    if consent is None or is_of_another or consent.status is not ParentalStatus.GIVEN:
        raise InvalidInput({"born_on": "parent_awaited"})
    consent.child_id, consent.child_name, consent.child_email = person.id, "", None
    session.add(consent)
    session.flush()


def _find_guardian(session: Session, parent: Parent) -> Person | None:
    return young.find_person_by_email(session, _address(parent.email)) if parent.email else None


def _make_guardian(session: Session, parent: Parent, now: datetime) -> Person:
    """Somebody who can be told things by the one way that the child gave, and nothing more."""
    guardian = Person(
        first_name=parent.name.strip()[:60],
        email=_address(parent.email) or None,
        telephone=parent.telephone.strip() or None,
        share_telephone=False,
        contact_by=ContactBy.EMAIL if parent.email else ContactBy.TELEPHONE,
        created_at=now,
    )
    session.add(guardian)
    session.flush()
    return guardian


def _tell_parent(session: Session, kind: NoticeKind, consent: ParentalConsent, now: datetime) -> None:
    notices.queue(
        session,
        kind,
        municipality_id=consent.municipality_id,
        person_id=consent.guardian_id,
        at=now,
        key=str(consent.id),
        parental=consent.id,
    )


def _keep_draft(session: Session, draft_id: UUID | None, *, until: datetime) -> None:
    draft = find_draft(session, draft_id) if draft_id else None
    if draft is not None:
        draft.expires_at = max(draft.expires_at, until)
        session.add(draft)


def _forget(session: Session, consent: ParentalConsent, now: datetime) -> None:
    """Nothing of a child whose parent did not agree stays, nor of a parent who was known for nothing else."""
    _forget_draft(session, consent)
    if consent.child_email:
        for message in young.list_unsent_to_address(session, consent.child_email):
            message.email, message.next_try_at = None, None
            session.add(message)
    consent.child_name, consent.child_email, consent.child_born_on = "", None, None
    session.add(consent)
    _forget_guardian(session, consent, now)


def _forget_draft(session: Session, consent: ParentalConsent) -> None:
    draft: Draft | None = find_draft(session, consent.draft_id) if consent.draft_id else None
    if draft is not None:
        for link in young.list_links_of_draft(session, draft.id):
            session.delete(link)
        session.flush()
        session.delete(draft)
    consent.draft_id = None
    session.add(consent)
    session.flush()


def _forget_guardian(session: Session, consent: ParentalConsent, now: datetime) -> None:
    guardian = people.get_person(session, consent.guardian_id)
    others = [one for one in young.list_consents_of_guardian(session, guardian.id) if one.id != consent.id]
    if not consent.guardian_is_new or any(one.status in young.LIVE_CONSENTS for one in others):
        return
    if young.is_known_otherwise(session, guardian.id):
        return
    for message in young.list_notices_to(session, guardian.id):
        if message.sent_at is None:
            message.next_try_at, message.error = None, "erased"
            session.add(message)
    anonymising.forget_person(guardian, now=now)
    session.add(guardian)
    session.flush()


def _record(
    session: Session,
    kind: EventKind,
    consent: ParentalConsent,
    now: datetime,
    *,
    acting_as: ActingAs = ActingAs.RESIDENT,
    recorded_by_id: UUID | None = None,
    answer: str = "",
) -> None:
    """That it happened; a child who is not known here yet stands in it nowhere."""
    history.record(
        session,
        kind,
        at=now,
        municipality_id=consent.municipality_id,
        acting_as=ActingAs.STAFF if recorded_by_id else acting_as,
        actor_id=recorded_by_id or (consent.guardian_id if acting_as is ActingAs.RESIDENT else consent.child_id),
        person_id=consent.child_id,
        **({"answer": answer} if answer else {}),  # type: ignore[arg-type]
    )


def _address(typed: str) -> str:
    return typed.strip().lower()
