"""Everything that is known of one person, and who looked at it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, exists, or_, select

from marketplace.lifecycle import LIVE_PROPOSALS, RUNNING_MATCHES
from marketplace.models import (
    BarredPair,
    Concern,
    ConsentEntry,
    Draft,
    Driver,
    Erasure,
    Evaluation,
    Event,
    EventKind,
    FileLook,
    HelpRequest,
    Hours,
    Match,
    MatchStatus,
    Municipality,
    Offer,
    OfferAvailability,
    OutboxMessage,
    ParentalConsent,
    Password,
    Person,
    Proposal,
    ProposalStatus,
    QualificationSeen,
    RecoveryCode,
    Ride,
    SecondFactor,
    SignIn,
    SignInAttempt,
    SignInLink,
    StaffRole,
    StaffRoleKind,
    Trajectory,
    UndoStep,
)

# --- who looked ----------------------------------------------------------------------------------------------------


class LookRow(NamedTuple):
    """One look at somebody's file, as that person may read it: no name of the member of staff."""

    at: datetime
    organisation: str
    staff_id: UUID
    municipality_id: UUID
    action: str
    reason: str


def lock_looks(session: Session, municipality_id: UUID) -> None:
    """Hold the log of one municipality until the unit ends; what merely refers to the municipality goes on."""
    query = select(Municipality.id).where(Municipality.id == municipality_id)
    session.exec(query.with_for_update(key_share=True)).one()


def has_looked(session: Session, *, staff_id: UUID, person_id: UUID, since: datetime, is_concern: bool) -> bool:
    """Whether this look was logged since a moment. One for a worry stands for no other, which may be shown sooner."""
    query = select(FileLook.seq).where(
        FileLook.staff_id == staff_id, FileLook.person_id == person_id, col(FileLook.at) > since
    )
    same = query.where((FileLook.action == "concern") if is_concern else (FileLook.action != "concern"))
    return session.exec(same.limit(1)).first() is not None


def has_given_reason(session: Session, *, staff_id: UUID, person_id: UUID, action: str, since: datetime) -> bool:
    """Whether this member of staff typed a reason for this file since a moment."""
    query = select(FileLook.seq).where(
        FileLook.staff_id == staff_id,
        FileLook.person_id == person_id,
        FileLook.action == action,
        col(FileLook.at) > since,
    )
    return session.exec(query.limit(1)).first() is not None


def find_last_chain(session: Session, municipality_id: UUID) -> str:
    """Where the chain of one municipality ends; empty where it has not begun."""
    query = select(FileLook.chain).where(FileLook.municipality_id == municipality_id)
    return session.exec(query.order_by(col(FileLook.seq).desc()).limit(1)).first() or ""


def list_looks(session: Session, municipality_id: UUID) -> Sequence[FileLook]:
    """Every look in one municipality, oldest first."""
    query = select(FileLook).where(FileLook.municipality_id == municipality_id)
    return session.exec(query.order_by(col(FileLook.seq))).all()


def list_looks_at(session: Session, person_id: UUID, *, limit: int | None = None) -> Sequence[LookRow]:
    """Who looked at one person's file, the latest first."""
    columns = (
        col(FileLook.at),
        col(Municipality.organisation),
        col(FileLook.staff_id),
        col(FileLook.municipality_id),
        col(FileLook.action),
        col(FileLook.reason),
    )
    query = (
        select(*columns)  # type: ignore[call-overload]
        .join(Municipality, col(Municipality.id) == col(FileLook.municipality_id))
        .where(
            col(FileLook.person_id).in_(_files_of(person_id)),
            or_(col(FileLook.action) != "concern", ~_has_untold_concern(person_id)),
        )
        .order_by(col(FileLook.at).desc(), col(FileLook.seq).desc())
        .limit(limit)
    )
    return [LookRow(*row) for row in session.execute(query)]


def _has_untold_concern(person_id: UUID) -> ColumnElement[bool]:
    """Whether somebody passed on a worry about this person that they do not know of: then its looks say nothing yet."""
    return exists().where(col(Concern.about_id) == person_id, col(Concern.told_at).is_(None))


def list_looks_of(session: Session, person_id: UUID) -> Sequence[FileLook]:
    """The rows of the log about one person."""
    return session.exec(select(FileLook).where(col(FileLook.person_id).in_(_files_of(person_id)))).all()


def _files_of(person_id: UUID) -> Any:
    """The file of somebody, and those that became part of it: what was written of them there is theirs."""
    return select(Person.id).where(or_(Person.id == person_id, Person.merged_into_id == person_id))


def list_undo_steps(session: Session, request_ids: Sequence[UUID]) -> Sequence[UndoStep]:
    """What staff just did with some requests, as long as it is kept: the words of the request stand in it."""
    return session.exec(select(UndoStep).where(col(UndoStep.request_id).in_(request_ids))).all()


def list_attempts(session: Session, account_hashes: Sequence[str]) -> Sequence[SignInAttempt]:
    """The tries to sign in that were counted under these accounts."""
    return session.exec(select(SignInAttempt).where(col(SignInAttempt.address_hash).in_(account_hashes))).all()


def list_requests_between(session: Session, requester_id: UUID, representative_id: UUID) -> Sequence[HelpRequest]:
    """What one person asked in the name of another, oldest first; held until the unit ends."""
    query = select(HelpRequest).where(
        HelpRequest.requester_id == requester_id, HelpRequest.representative_id == representative_id
    )
    return session.exec(query.order_by(col(HelpRequest.posted_at), col(HelpRequest.id)).with_for_update()).all()


def list_untold(session: Session, person_id: UUID) -> Sequence[OutboxMessage]:
    """What somebody is still to be told, by whatever channel."""
    query = select(OutboxMessage).where(
        OutboxMessage.person_id == person_id, col(OutboxMessage.next_try_at).is_not(None)
    )
    return session.exec(query.with_for_update()).all()


def list_role_kinds(session: Session, staff_ids: Sequence[UUID]) -> dict[tuple[UUID, UUID], StaffRoleKind]:
    """What these people do, by person and municipality; of several roles the last."""
    query = select(StaffRole.person_id, StaffRole.municipality_id, StaffRole.kind)
    rows = session.exec(query.where(col(StaffRole.person_id).in_(staff_ids)).order_by(col(StaffRole.from_at)))
    return {(row[0], row[1]): StaffRoleKind(row[2]) for row in rows}


# --- everything of one person --------------------------------------------------------------------------------------


def list_requests_of(session: Session, person_id: UUID) -> Sequence[HelpRequest]:
    """What somebody ever asked, oldest first."""
    query = select(HelpRequest).where(HelpRequest.requester_id == person_id)
    return session.exec(query.order_by(col(HelpRequest.posted_at))).all()


def list_represented(session: Session, person_id: UUID) -> Sequence[HelpRequest]:
    """What somebody asked in another's name."""
    return session.exec(select(HelpRequest).where(HelpRequest.representative_id == person_id)).all()


def list_offers_of(session: Session, person_id: UUID) -> Sequence[Offer]:
    """What somebody ever offered, wherever."""
    return session.exec(select(Offer).where(Offer.person_id == person_id).order_by(col(Offer.offered_at))).all()


def list_availability_of(session: Session, offer_ids: Sequence[UUID]) -> Sequence[OfferAvailability]:
    """When these volunteers could."""
    return session.exec(select(OfferAvailability).where(col(OfferAvailability.offer_id).in_(offer_ids))).all()


def list_running_matches_of(session: Session, person_id: UUID) -> Sequence[Match]:
    """Where somebody helps now."""
    query = select(Match).where(Match.person_id == person_id, col(Match.status).in_(RUNNING_MATCHES))
    return session.exec(query.order_by(col(Match.made_at))).all()


def list_live_proposals_of(session: Session, person_id: UUID) -> Sequence[Proposal]:
    """What somebody was asked and has not answered, or said yes to and waits."""
    query = select(Proposal).where(Proposal.person_id == person_id, col(Proposal.status).in_(LIVE_PROPOSALS))
    return session.exec(query).all()


def list_consents_of(session: Session, person_id: UUID) -> Sequence[ConsentEntry]:
    """What somebody allowed and took back, the latest first."""
    query = select(ConsentEntry).where(ConsentEntry.person_id == person_id)
    return session.exec(query.order_by(col(ConsentEntry.at).desc(), col(ConsentEntry.is_given))).all()


def list_evaluations_of(session: Session, person_id: UUID) -> Sequence[Evaluation]:
    """How it was, in somebody's own words."""
    return session.exec(select(Evaluation).where(Evaluation.person_id == person_id)).all()


def list_hours_of(session: Session, person_id: UUID) -> Sequence[Hours]:
    """How long somebody helped."""
    return session.exec(select(Hours).where(Hours.person_id == person_id).order_by(col(Hours.logged_at))).all()


def list_sign_ins_of(session: Session, person_id: UUID) -> Sequence[SignIn]:
    """Where somebody is or was signed in, the latest first."""
    query = select(SignIn).where(SignIn.person_id == person_id)
    return session.exec(query.order_by(col(SignIn.signed_in_at).desc())).all()


def list_notices_of(session: Session, person_id: UUID) -> Sequence[OutboxMessage]:
    """What somebody was told or is still to be told, the latest first."""
    query = select(OutboxMessage).where(OutboxMessage.person_id == person_id)
    return session.exec(query.order_by(col(OutboxMessage.queued_at).desc())).all()


def list_certificates_of(session: Session, person_id: UUID) -> Sequence[QualificationSeen]:
    """What staff saw of somebody."""
    return session.exec(select(QualificationSeen).where(QualificationSeen.person_id == person_id)).all()


def list_counterparts(session: Session, person_id: UUID) -> Sequence[tuple[UUID, str, str, Match]]:
    """Each match of somebody on either side: the request, the other's first name and neighbourhood, the match."""
    as_volunteer = (
        select(HelpRequest.id, Person.first_name, HelpRequest.neighbourhood, Match)
        .join(Match, col(Match.request_id) == col(HelpRequest.id))
        .join(Person, col(Person.id) == col(HelpRequest.requester_id))
        .where(Match.person_id == person_id, Match.status != MatchStatus.UNDONE)
    )
    as_requester = (
        select(HelpRequest.id, Person.first_name, Offer.neighbourhood, Match)
        .join(Match, col(Match.request_id) == col(HelpRequest.id))
        .join(Person, col(Person.id) == col(Match.person_id))
        .join(Offer, col(Offer.id) == col(Match.offer_id))
        .where(HelpRequest.requester_id == person_id, Match.status != MatchStatus.UNDONE)
    )
    rows = [*session.exec(as_volunteer), *session.exec(as_requester)]
    return sorted(((row[0], row[1], row[2], row[3]) for row in rows), key=lambda row: row[3].made_at)


def list_answers_of(session: Session, person_id: UUID) -> Sequence[tuple[Proposal, str, str]]:
    """What somebody was asked as a volunteer: the proposal, the kind of help and the neighbourhood."""
    query = (
        select(Proposal, HelpRequest.skill_code, HelpRequest.neighbourhood)
        .join(HelpRequest, col(HelpRequest.id) == col(Proposal.request_id))
        .where(Proposal.person_id == person_id, Proposal.status != ProposalStatus.UNDONE)
    )
    return [(row[0], row[1], row[2]) for row in session.exec(query.order_by(col(Proposal.proposed_at)))]


def list_consents_held(session: Session, person_id: UUID) -> Sequence[ConsentEntry]:
    """What somebody allows at this moment: of each kind and municipality the newest, where it was given."""
    newest: dict[tuple[str, UUID], ConsentEntry] = {}
    for entry in list_consents_of(session, person_id):
        newest.setdefault((entry.kind.value, entry.municipality_id), entry)
    return [entry for entry in newest.values() if entry.is_given]


def list_municipalities_of(session: Session, person_id: UUID, *, as_parent: bool = True) -> set[UUID]:
    """Where somebody ever asked, was asked for, offered or agreed to something; also as a parent, unless told not."""
    named = select(ParentalConsent.municipality_id).where(ParentalConsent.guardian_id == person_id)
    places = (
        select(HelpRequest.municipality_id).where(
            or_(col(HelpRequest.requester_id) == person_id, col(HelpRequest.representative_id) == person_id)
        ),
        select(Offer.municipality_id).where(Offer.person_id == person_id),
        select(ConsentEntry.municipality_id).where(ConsentEntry.person_id == person_id),
        select(Ride.municipality_id).where(
            or_(col(Ride.passenger_id) == person_id, col(Ride.representative_id) == person_id)
        ),
        select(Driver.municipality_id).where(Driver.person_id == person_id),
        *([named] if as_parent else []),
        select(Trajectory.municipality_id).where(
            or_(col(Trajectory.resident_id) == person_id, col(Trajectory.representative_id) == person_id)
        ),
    )
    return {found for place in places for found in session.exec(place)}


def is_staff(session: Session, person_id: UUID, *, now: datetime) -> bool:
    """Whether somebody works here now."""
    query = select(StaffRole.id).where(
        StaffRole.person_id == person_id, or_(col(StaffRole.until_at).is_(None), col(StaffRole.until_at) > now)
    )
    return session.exec(query.limit(1)).first() is not None


# --- what erasing touches ------------------------------------------------------------------------------------------


def list_events_with_words(session: Session, *, person_id: UUID, request_ids: Sequence[UUID]) -> Sequence[Event]:
    """What was written about somebody: in their own requests, and in events about or by them as resident."""
    about = or_(col(Event.request_id).in_(request_ids), col(Event.person_id).in_(_files_of(person_id)))
    return session.exec(select(Event).where(about, col(Event.kind).in_(WRITTEN))).all()


def list_events_near(session: Session, person_id: UUID) -> Sequence[Event]:
    """What was written in requests for which somebody was asked or offered: it may name them."""
    asked = select(Proposal.request_id).where(Proposal.person_id == person_id)
    return session.exec(select(Event).where(col(Event.request_id).in_(asked), col(Event.kind).in_(WRITTEN))).all()


WRITTEN = (
    EventKind.CASE_READ,
    EventKind.CASE_NOTED,
    EventKind.CONTACT_LOGGED,
    EventKind.REQUEST_CLOSED,
    EventKind.REMOVED,
    EventKind.REQUEST_CORRECTED,
    EventKind.APPROVED,
)


def list_remarks_about(session: Session, person_id: UUID) -> Sequence[Evaluation]:
    """What the other of each match wrote afterwards."""
    own = select(HelpRequest.id).where(HelpRequest.requester_id == person_id)
    theirs = select(Match.id).where(or_(Match.person_id == person_id, col(Match.request_id).in_(own)))
    query = select(Evaluation).where(col(Evaluation.match_id).in_(theirs), Evaluation.person_id != person_id)
    return session.exec(query).all()


def list_links_of(session: Session, person_id: UUID, emails: Sequence[str]) -> Sequence[SignInLink]:
    """Every link that was mailed to somebody."""
    query = select(SignInLink).where(or_(SignInLink.person_id == person_id, col(SignInLink.email).in_(emails)))
    return session.exec(query).all()


def list_drafts(session: Session) -> Sequence[Draft]:
    """Every draft; there are few, and whose they are stands in their answers."""
    return session.exec(select(Draft)).all()


def list_messages_by_address(session: Session, emails: Sequence[str]) -> Sequence[OutboxMessage]:
    """What went or is to go to an address."""
    return session.exec(select(OutboxMessage).where(col(OutboxMessage.email).in_(emails))).all()


def list_keys_of(session: Session, person_id: UUID) -> Sequence[Any]:
    """Whatever opens a door for somebody: password, second factor, recovery codes."""
    tables = (Password, SecondFactor, RecoveryCode)
    return [row for table in tables for row in session.exec(select(table).where(table.person_id == person_id)).all()]


def list_bars_of(session: Session, person_id: UUID) -> Sequence[BarredPair]:
    """With whom somebody is never brought together."""
    query = select(BarredPair).where(or_(BarredPair.person_id == person_id, BarredPair.other_id == person_id))
    return session.exec(query).all()


def list_erasures(session: Session) -> Sequence[Erasure]:
    """Who was erased, as keyed hashes."""
    return session.exec(select(Erasure).order_by(col(Erasure.erased_at))).all()


def list_ids_of_people(session: Session) -> Sequence[UUID]:
    """Everybody who is not erased."""
    return session.exec(select(Person.id).where(col(Person.erased_at).is_(None))).all()
