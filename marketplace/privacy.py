"""The rights of people: who looked at them, what we know of them, and leaving for good.

Leaving is everything that somebody could do themselves, at once: withdraw what they ask, cancel what they agreed, stop
helping. The use cases of those steps tell the others; then every trace of who it was is taken out.
"""

import hashlib
import hmac
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlmodel import Session

from marketplace import (
    anonymising,
    concerns,
    consent,
    credentials,
    file_looks,
    handovers,
    history,
    lifecycle,
    matches,
    offering,
    permissions,
    posting,
    representation,
)
from marketplace.buddies import leaving as buddy_leaving
from marketplace.clubs import leaving as club_leaving
from marketplace.errors import InvalidInput, NotFound
from marketplace.lifecycle import ProposalAction
from marketplace.models import ActingAs, Channel, ConsentKind, Erasure, EventKind, FileLook, HelpRequest, Person
from marketplace.permissions import CASE_WORKERS, Actor
from marketplace.queries import merging, people, recognition
from marketplace.queries import privacy as queries
from marketplace.queries import young as young_queries
from marketplace.queries.concerns import list_raised_by
from marketplace.queries.handovers import list_of_requests
from marketplace.rides import leaving
from marketplace.series import forgetting as of_series
from marketplace.talk import forgetting
from marketplace.together import leaving as leaving_together
from marketplace.young import parents, serving

MIN_REASON: Final = 5


# --- looking -------------------------------------------------------------------------------------------------------


def look_into_file(
    session: Session,
    *,
    actor: Actor,
    person_id: UUID,
    municipality_id: UUID,
    action: str,
    reason: str,
    now: datetime,
    request_id: UUID | None = None,
) -> FileLook | None:
    """A member of staff opens somebody's file, and says why. Raises NotAllowed, InvalidInput without a reason."""
    permissions.require(actor.has_role(municipality_id, CASE_WORKERS))
    if len(reason.strip()) < MIN_REASON:
        raise InvalidInput({"reason": "look_reason_missing"})
    people.get_person(session, person_id)
    return file_looks.record(
        session,
        municipality_id=municipality_id,
        staff_id=actor.person_id,
        person_id=person_id,
        request_id=request_id,
        action=action,
        reason=reason,
        now=now,
    )


# --- what was allowed, taken back ----------------------------------------------------------------------------------


def take_back(session: Session, kind: ConsentKind, *, actor: Actor, now: datetime) -> None:
    """The actor no longer allows this, with what follows from it, in every municipality where it held.

    Without the terms nothing can be arranged: requests, matches and offers end, and the others are told. Taken back
    twice, the first time did it. Raises InvalidInput where the terms are taken back by somebody who works here.
    """
    held = [one for one in queries.list_consents_held(session, actor.person_id) if one.kind is kind]
    if not held:
        return
    if kind is ConsentKind.TERMS:
        if queries.is_staff(session, actor.person_id, now=now):
            raise InvalidInput({"erase": "erase_staff"})
        _stop_everything(session, people.get_person(session, actor.person_id), now)
    if kind is ConsentKind.REPRESENTATION:
        representation.end_all_of(session, actor=actor, now=now)
    if kind is ConsentKind.HAND_OVER:
        handovers.withdraw_all_of(session, person_id=actor.person_id, now=now)
    if kind is ConsentKind.PUBLIC_LISTING:
        for offer in queries.list_offers_of(session, actor.person_id):
            offer.is_public = False
    for one in held:
        if consent.has(session, kind, municipality_id=one.municipality_id, person_id=actor.person_id):
            consent.take_back(
                session,
                kind,
                municipality_id=one.municipality_id,
                person_id=actor.person_id,
                channel=Channel.WEB,
                recorded_by_id=actor.person_id,
                now=now,
            )
    session.flush()


# --- leaving for good ----------------------------------------------------------------------------------------------


def erase(session: Session, *, actor: Actor, key: str, now: datetime) -> None:
    """The actor leaves for good, in effect at once. Pressed twice, the first press did it.

    Raises InvalidInput where they work here: a role ends first, so that no case is left without anybody.
    Afterwards the edge cleans the database's files, with `database.clean`.
    """
    person = people.get_person(session, actor.person_id)
    if person.erased_at is not None:
        return
    if queries.is_staff(session, person.id, now=now):
        raise InvalidInput({"erase": "erase_staff"})
    erase_person(session, person, key=key, now=now)


def look_before_erasing(
    session: Session, *, person_id: UUID, municipality_id: UUID, actor: Actor, now: datetime
) -> str:
    """Whom staff are about to erase, by their whole name; logged. Raises NotAllowed, NotFound."""
    permissions.require(actor.has_role(municipality_id, CASE_WORKERS))
    person = people.get_person(session, person_id)
    if person.erased_at is not None or municipality_id not in queries.list_municipalities_of(session, person_id):
        raise NotFound(f"person {person_id}")
    file_looks.record(
        session,
        municipality_id=municipality_id,
        staff_id=actor.person_id,
        person_id=person_id,
        action=file_looks.ERASE,
        reason="",
        now=now,
    )
    return f"{person.first_name} {person.last_name}".strip()


def erase_for(
    session: Session, *, person_id: UUID, municipality_id: UUID, actor: Actor, key: str, now: datetime
) -> None:
    """Staff erase somebody who asked for it and cannot do it on the site. The log keeps who did it, and of whom no more
    than the row that stays.

    Raises NotAllowed, NotFound where this municipality does not know them, InvalidInput where they have an address to
    sign in with, work here, or are known in another municipality too.
    """
    permissions.require(actor.has_role(municipality_id, CASE_WORKERS))
    person = people.get_person(session, person_id)
    if person.erased_at is not None:
        return
    known_in = queries.list_municipalities_of(session, person_id)
    if municipality_id not in known_in:
        raise NotFound(f"person {person_id}")
    if person.email:
        raise InvalidInput({"erase": "erase_signs_in"})
    if queries.is_staff(session, person_id, now=now):
        raise InvalidInput({"erase": "erase_staff"})
    if known_in != {municipality_id}:
        raise InvalidInput({"erase": "erase_elsewhere"})
    file_looks.record(
        session,
        municipality_id=municipality_id,
        staff_id=actor.person_id,
        person_id=person_id,
        action=file_looks.ERASE,
        reason="",
        now=now,
    )
    erase_person(session, person, key=key, now=now)


def erase_person(session: Session, person: Person, *, key: str, now: datetime) -> None:
    """Tell the others, leave everything, then take out who it was; the list of erasures keeps a keyed hash."""
    parents.leave(session, person, now=now)
    serving.forget(session, person.id, now=now)
    _leave_everything(session, person, now)
    own = queries.list_requests_of(session, person.id)
    _forget_words(session, person, [request.id for request in own])
    _forget_doors(session, person)
    handovers.withdraw_all_of(session, person_id=person.id, now=now)
    handovers.forget(session, [request.id for request in own])
    concerns.forget_about(session, person, now)
    forgetting.forget_person(session, person, now)
    for request in own:
        anonymising.forget_request(request)
    for request in queries.list_represented(session, person.id):
        request.representative_id = request.relation = None
    for look in queries.list_looks_of(session, person.id):
        anonymising.forget_reason(look)
    for step in queries.list_undo_steps(session, [request.id for request in own]):
        session.delete(step)
    for done in merging.list_merges_of(session, person.id):
        done.fields = {}
        session.add(done)
    anonymising.forget_person(person, now=now)
    for second in merging.list_merged_into(session, person.id):
        if second.erased_at is None:
            erase_person(session, second, key=key, now=now)
    key_hash = hash_of(person.id, key)
    if session.get(Erasure, key_hash) is None:
        session.add(Erasure(key_hash=key_hash, erased_at=now))
    session.flush()


def reapply_erasures(session: Session, *, key: str, now: datetime, more: Iterable[str] = ()) -> int:
    """Erase again whoever an older backup brought back. How many.

    ``more`` are the hashes (`list_erasure_hashes`) of the database as it was before the restore.
    """
    known = {erasure.key_hash for erasure in queries.list_erasures(session)}
    for key_hash in sorted(set(more) - known):
        session.add(Erasure(key_hash=key_hash, erased_at=now))
    session.flush()
    gone = known | set(more)
    back = [one for one in queries.list_ids_of_people(session) if hash_of(one, key) in gone]
    for person_id in back:
        erase_person(session, people.get_person(session, person_id), key=key, now=now)
    return len(back)


def list_erasure_hashes(session: Session) -> list[str]:
    """What a restore carries over from the database that it replaces; says nothing without the key."""
    return [erasure.key_hash for erasure in queries.list_erasures(session)]


def hash_of(person_id: UUID, key: str) -> str:
    """Who somebody was, to whoever has the key and the id."""
    return hmac.new(key.encode(), b"erased:" + person_id.bytes, hashlib.sha256).hexdigest()


def _stop_everything(session: Session, person: Person, now: datetime) -> None:
    """Withdraw what they ask, cancel what they agreed, stop helping; the others are told."""
    actor = Actor(person.id, person.first_name)
    club_leaving.stop(session, person, now=now)
    for request in queries.list_requests_of(session, person.id):
        if request.ended_at is None:
            posting.withdraw_request(session, request_id=request.id, actor=actor, now=now)
    leaving_together.stop(session, person, now=now)
    for match in queries.list_running_matches_of(session, person.id):
        matches.cancel(session, match_id=match.id, actor=actor, now=now)
    for proposal in queries.list_live_proposals_of(session, person.id):
        lifecycle.advance_proposal(session, proposal, ProposalAction.WITHDRAW, at=now)
        history.about_proposal(
            session, EventKind.PROPOSAL_WITHDRAWN, proposal, at=now, acting_as=ActingAs.VOLUNTEER, why="left"
        )
    for offer in queries.list_offers_of(session, person.id):
        if offer.left_at is None:
            offering.leave(session, actor=actor, municipality_id=offer.municipality_id, now=now)
    leaving.stop(session, person, now=now)
    of_series.stop(session, person.id, now=now)
    buddy_leaving.stop(session, person, now=now)
    session.flush()


def _leave_everything(session: Session, person: Person, now: datetime) -> None:
    _stop_everything(session, person, now)
    for offer in queries.list_offers_of(session, person.id):
        anonymising.forget_offer(offer)
    for piece in queries.list_availability_of(session, [o.id for o in queries.list_offers_of(session, person.id)]):
        session.delete(piece)
    leaving.forget(session, person)
    leaving_together.forget(session, person)
    buddy_leaving.forget(session, person)
    session.flush()


def _forget_words(session: Session, person: Person, request_ids: list[UUID]) -> None:
    """What somebody wrote, what was written about them, and their names in what was written near them."""
    for event in queries.list_events_with_words(session, person_id=person.id, request_ids=request_ids):
        anonymising.forget_words(event)
    for evaluation in queries.list_evaluations_of(session, person.id):
        evaluation.remark = ""
    of_series.forget(session, person.id)
    names = anonymising.names_of(person)
    if names is None:
        return
    for event in queries.list_events_near(session, person.id):
        anonymising.forget_names(event, names)
    for evaluation in queries.list_remarks_about(session, person.id):
        evaluation.remark = names.sub(anonymising.GONE, evaluation.remark)


def _forget_doors(session: Session, person: Person) -> None:
    """Whatever leads to them or lets them in: addresses, links, drafts, sign-ins, keys, certificates."""
    emails = [person.email] if person.email else []
    club_leaving.forget(session, person, emails)
    links = queries.list_links_of(session, person.id, emails)
    drafts = {link.draft_id for link in links if link.draft_id}
    for message in (*queries.list_notices_of(session, person.id), *queries.list_messages_by_address(session, emails)):
        message.email = None
        if message.sent_at is None:
            message.next_try_at, message.error = None, "erased"
    rows: list[Any] = [
        *links,
        *queries.list_sign_ins_of(session, person.id),
        *queries.list_keys_of(session, person.id),
        *queries.list_certificates_of(session, person.id),
        *queries.list_bars_of(session, person.id),
        *queries.list_attempts(session, [credentials.hash_of_account(one) for one in (*emails, str(person.id))]),
    ]
    for row in rows:
        session.delete(row)
    session.flush()
    for draft in queries.list_drafts(session):
        if draft.id in drafts or any(anonymising.holds(draft.answers, email) for email in emails):
            session.delete(draft)
    session.flush()


# --- what we know of somebody --------------------------------------------------------------------------------------


def export_person(session: Session, *, actor: Actor, now: datetime) -> dict[str, Any]:
    """Everything of the actor, as plain values: of others no more than a first name and a neighbourhood.

    Raises NotFound where they are erased.
    """
    person = people.get_person(session, actor.person_id)
    if person.erased_at is not None:
        raise NotFound("a person")
    own = queries.list_requests_of(session, person.id)
    return {
        "made_at": now.isoformat(),
        "person": _plain(person, without=("feed_version",)),
        "requests": [_request(request) for request in own],
        "offers": [_plain(offer, without=("engaged",)) for offer in queries.list_offers_of(session, person.id)],
        "asked": [
            {
                "what": skill,
                "neighbourhood": neighbourhood,
                "asked_at": proposal.proposed_at.isoformat(),
                "answer": proposal.status.value,
                "answered_at": _when(proposal.answered_at),
                "distance_km": proposal.distance_km,
            }
            for proposal, skill, neighbourhood in queries.list_answers_of(session, person.id)
        ],
        "matches": [
            {
                "with": name,
                "neighbourhood": neighbourhood,
                "made_at": match.made_at.isoformat(),
                "status": match.status.value,
                "ended_at": _when(match.ended_at),
            }
            for _, name, neighbourhood, match in queries.list_counterparts(session, person.id)
        ],
        "evaluations": [_plain(row, without=("person_id",)) for row in queries.list_evaluations_of(session, person.id)],
        **leaving.export(session, person.id),
        **leaving_together.export(session, person),
        **of_series.export(session, person.id),
        **forgetting.export(session, person.id),
        **_export_young(session, person.id),
        "hours": [_plain(row, without=("person_id",)) for row in queries.list_hours_of(session, person.id)],
        "certificates_seen": [
            {"code": row.code, "seen_on": row.seen_on.isoformat(), "valid_until": _when(row.valid_until)}
            for row in queries.list_certificates_of(session, person.id)
        ],
        "hand_overs": [
            {"to": row.organisation, "story": row.story, "status": row.status.value, "at": row.asked_at.isoformat()}
            for row in list_of_requests(session, [request.id for request in own])
        ],
        # Not what was written: that is about somebody else, and for the few who handle it.
        "concerns_passed_on": [
            {"at": row.raised_at.isoformat(), "ended_at": _when(row.ended_at)}
            for row in list_raised_by(session, person.id)
        ],
        **_export_log(session, person, own),
    }


def _export_young(session: Session, person_id: UUID) -> dict[str, Any]:
    """Service periods with hours and certificates, what somebody wishes to hear, what parents were asked."""
    wish, invitation = recognition.find_recognition(session, person_id), recognition.find_invitation(session, person_id)
    hidden = ("person_id", "municipality_id", "period_id", "issued_by_id", "withdrawn_by_id", "match_id")
    return {
        "service_periods": [
            {
                **_plain(period, without=hidden),
                "hours": [_plain(one, without=hidden) for one in recognition.list_service_hours(session, period.id)],
                "certificates": [
                    _plain(one, without=hidden) for one in recognition.list_certificates(session, period.id)
                ],
            }
            for period in recognition.list_periods_of(session, person_id)
        ],
        "recognition": [_plain(one, without=hidden) for one in (wish, invitation) if one is not None],
        "parents_asked": [
            {"status": one.status.value, "asked_at": one.asked_at.isoformat(), "answered_at": _when(one.answered_at)}
            for one in young_queries.list_consents_of_child(session, person_id)
        ],
        "as_a_parent": [
            {
                "status": one.status.value,
                "asked_at": one.asked_at.isoformat(),
                "answered_at": _when(one.answered_at),
                "ended_at": _when(one.ended_at),
            }
            for one in young_queries.list_consents_of_guardian(session, person_id)
        ],
        **club_leaving.export(session, person_id),
    }


def _export_log(session: Session, person: Person, own: Sequence[HelpRequest]) -> dict[str, Any]:
    """What somebody allowed, who looked, where they signed in, what they were told and what was written of them."""
    return {
        **buddy_leaving.export(session, person.id),
        "consents": [
            {
                "kind": row.kind.value,
                "is_given": row.is_given,
                "text_version": row.text_version,
                "channel": row.channel.value,
                "at": row.at.isoformat(),
                "by": "self" if row.recorded_by_id == person.id else "staff",
            }
            for row in queries.list_consents_of(session, person.id)
        ],
        "looks": [
            {"at": row.at.isoformat(), "organisation": row.organisation, "action": row.action, "reason": row.reason}
            for row in queries.list_looks_at(session, person.id)
        ],
        "sign_ins": [
            {"at": row.signed_in_at.isoformat(), "last_seen_at": row.seen_at.isoformat(), "device": row.device}
            for row in queries.list_sign_ins_of(session, person.id)
        ],
        "messages": [
            {"kind": row.kind.value, "at": row.queued_at.isoformat(), "sent_at": _when(row.sent_at)}
            for row in queries.list_notices_of(session, person.id)
        ],
        "notes": [
            {"at": event.at.isoformat(), "text": str(event.detail.get("text", ""))}
            for event in queries.list_events_with_words(
                session, person_id=person.id, request_ids=[request.id for request in own]
            )
            if event.detail.get("text")
        ],
    }


def _request(request: HelpRequest) -> dict[str, Any]:
    hidden = ("requester_id", "entered_by_id", "representative_id", "owner_id", "escalation", "held_at")
    return _plain(request, without=hidden)


def _plain(row: Any, *, without: tuple[str, ...] = ()) -> dict[str, Any]:
    """A row as values that JSON knows."""
    kept = row.model_dump(mode="json")
    return {name: value for name, value in kept.items() if name not in without and name != "municipality_id"}


def _when(moment: Any) -> str | None:
    return moment.isoformat() if moment is not None else None
