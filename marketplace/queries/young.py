"""Young helpers: whose parent was asked, agreed or stopped, and which pairs wait for a coordinator."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy.orm import aliased
from sqlmodel import Session, col, func, or_, select

from marketplace.ages import needs_parent
from marketplace.errors import NotFound
from marketplace.lifecycle import LIVE_PROPOSALS, RUNNING_MATCHES
from marketplace.models import (
    Appointment,
    AppointmentStatus,
    ApprovalStatus,
    HelpRequest,
    Match,
    MatchStatus,
    Offer,
    OutboxMessage,
    PairApproval,
    ParentalConsent,
    ParentalStatus,
    Person,
    Proposal,
    SignInLink,
    Skill,
    StaffRole,
)
from marketplace.queries.privacy import list_municipalities_of

LIVE_CONSENTS = (ParentalStatus.WAITING, ParentalStatus.GIVEN)
LIVE_APPROVALS = (ApprovalStatus.ASKED, ApprovalStatus.APPROVED)


# --- parents -------------------------------------------------------------------------------------------------------


def lock_consent(session: Session, consent_id: UUID) -> ParentalConsent:
    """One asking of a parent, held against others until the unit ends. Raises NotFound."""
    query = select(ParentalConsent).where(ParentalConsent.id == consent_id).with_for_update()
    found = session.exec(query, execution_options={"populate_existing": True}).first()
    if found is None:
        raise NotFound(f"parental consent {consent_id}")
    return found


def get_consent(session: Session, consent_id: UUID) -> ParentalConsent:
    """The same, only to be read. Raises NotFound."""
    if (found := session.get(ParentalConsent, consent_id)) is None:
        raise NotFound(f"parental consent {consent_id}")
    return found


def find_given(session: Session, child_id: UUID) -> ParentalConsent | None:
    """The consent under which a child helps now."""
    query = select(ParentalConsent).where(
        ParentalConsent.child_id == child_id, ParentalConsent.status == ParentalStatus.GIVEN
    )
    return session.exec(query).first()


def find_live(session: Session, *, child_id: UUID | None, email: str | None) -> ParentalConsent | None:
    """What was asked for a child and stands or waits, by who they are or by their address."""
    of_child = [col(ParentalConsent.child_id) == child_id] if child_id else []
    of_email = [col(ParentalConsent.child_email) == email] if email else []
    query = select(ParentalConsent).where(col(ParentalConsent.status).in_(LIVE_CONSENTS), or_(*of_child, *of_email))
    return session.exec(query.order_by(col(ParentalConsent.asked_at).desc())).first()


def find_newest_of(session: Session, child_id: UUID) -> ParentalConsent | None:
    """What was asked last for a child, whatever became of it."""
    query = select(ParentalConsent).where(ParentalConsent.child_id == child_id)
    return session.exec(query.order_by(col(ParentalConsent.asked_at).desc()).limit(1)).first()


def find_by_draft(session: Session, draft_id: UUID) -> ParentalConsent | None:
    """What was asked for the child who typed this draft."""
    query = select(ParentalConsent).where(ParentalConsent.draft_id == draft_id).with_for_update()
    return session.exec(query).first()


def list_expired(session: Session, now: datetime) -> Sequence[ParentalConsent]:
    """Parents who did not answer in time."""
    query = select(ParentalConsent).where(
        ParentalConsent.status == ParentalStatus.WAITING, col(ParentalConsent.expires_at) <= now
    )
    return session.exec(query.with_for_update(skip_locked=True)).all()


def list_unfinished(session: Session, *, answered_before: datetime) -> Sequence[ParentalConsent]:
    """Given, but the child did not come back to make the offer."""
    query = select(ParentalConsent).where(
        ParentalConsent.status == ParentalStatus.GIVEN,
        col(ParentalConsent.child_email).is_not(None),
        col(ParentalConsent.answered_at) <= answered_before,
    )
    return session.exec(query.with_for_update(skip_locked=True)).all()


def list_links_of_draft(session: Session, draft_id: UUID) -> Sequence[SignInLink]:
    """The links that were mailed to finish a draft."""
    return session.exec(select(SignInLink).where(SignInLink.draft_id == draft_id)).all()


def is_known_otherwise(session: Session, person_id: UUID) -> bool:
    """Whether somebody asks, helps or works here besides being named as a parent."""
    works = select(StaffRole.id).where(StaffRole.person_id == person_id)
    return bool(list_municipalities_of(session, person_id, as_parent=False)) or session.exec(works).first() is not None


def list_born_by(session: Session, latest: date) -> Sequence[ParentalConsent]:
    """What still holds of children who were born on that day or before."""
    standing = (ParentalStatus.WAITING, ParentalStatus.GIVEN, ParentalStatus.WITHDRAWN)
    query = select(ParentalConsent).where(
        col(ParentalConsent.status).in_(standing), col(ParentalConsent.child_born_on) <= latest
    )
    return session.exec(query.with_for_update(skip_locked=True)).all()


def list_grown_up(session: Session, latest: date) -> Sequence[Person]:
    """People whose day of birth need not be kept any more: born on that day or before."""
    return session.exec(select(Person).where(col(Person.born_on) <= latest)).all()


def list_consents_of_guardian(session: Session, person_id: UUID) -> Sequence[ParentalConsent]:
    """Of which children this person was asked, as a parent."""
    query = select(ParentalConsent).where(ParentalConsent.guardian_id == person_id)
    return session.exec(query.order_by(col(ParentalConsent.asked_at))).all()


def count_waiting_of(session: Session, guardian_id: UUID) -> int:
    """For how many children this person is being asked now."""
    query = select(func.count()).where(
        ParentalConsent.guardian_id == guardian_id, ParentalConsent.status == ParentalStatus.WAITING
    )
    return session.exec(query).one()


def list_consents_of_child(session: Session, person_id: UUID) -> Sequence[ParentalConsent]:
    """Everything that was asked of parents for this person."""
    query = select(ParentalConsent).where(ParentalConsent.child_id == person_id)
    return session.exec(query.order_by(col(ParentalConsent.asked_at))).all()


def list_notices_to(session: Session, person_id: UUID) -> Sequence[OutboxMessage]:
    """Everything that was or is to be told to somebody."""
    return session.exec(select(OutboxMessage).where(OutboxMessage.person_id == person_id)).all()


def list_unsent_to_address(session: Session, email: str) -> Sequence[OutboxMessage]:
    """What still waits to be sent to an address that nobody is known by."""
    query = select(OutboxMessage).where(OutboxMessage.email == email, col(OutboxMessage.person_id).is_(None))
    return session.exec(query).all()


def find_person_by_email(session: Session, email: str) -> Person | None:
    """Who is known by an address."""
    return session.exec(select(Person).where(Person.email == email)).first()


def list_waiting_birthdays(session: Session, municipality_id: UUID) -> Sequence[tuple[date, datetime]]:
    """Of the children who wait for a parent: the day of birth and since when; no more of them."""
    query = select(col(ParentalConsent.child_born_on), col(ParentalConsent.asked_at)).where(
        ParentalConsent.municipality_id == municipality_id, ParentalConsent.status == ParentalStatus.WAITING
    )
    return [(born, at) for born, at in session.exec(query) if born is not None]


def list_helping(session: Session, municipality_id: UUID) -> Sequence[tuple[ParentalConsent, str]]:
    """Under which consents children help here, with their first names."""
    query = (
        select(ParentalConsent, Person.first_name)
        .join(Person, col(Person.id) == col(ParentalConsent.child_id))
        .where(ParentalConsent.municipality_id == municipality_id, ParentalConsent.status == ParentalStatus.GIVEN)
        .order_by(col(Person.first_name), col(ParentalConsent.id))
    )
    return [(consent, name) for consent, name in session.exec(query)]


def count_by_status(session: Session, municipality_id: UUID) -> Counter[ParentalStatus]:
    """How many there are in each state."""
    query = select(ParentalConsent.status).where(ParentalConsent.municipality_id == municipality_id)
    return Counter(ParentalStatus(status) for status in session.exec(query))


def has_offered(session: Session, person_id: UUID) -> bool:
    """Whether somebody offers, or ever offered, to help."""
    return session.exec(select(Offer.id).where(Offer.person_id == person_id).limit(1)).first() is not None


def is_silenced(session: Session, person: Person, now: datetime) -> bool:
    """Whether this is a child of whom no parent agrees (any more): they are asked and told nothing."""
    return needs_parent(person.born_on, now) and find_given(session, person.id) is None


# --- what a child does ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class HelpRow:
    """One thing that a child does or did: what, roughly where, when, and whether at somebody's home."""

    match_id: UUID
    skill_label: str
    neighbourhood: str
    is_at_home: bool
    status: MatchStatus
    made_at: datetime
    starts_at: datetime | None


def list_help_of(session: Session, child_id: UUID) -> Sequence[HelpRow]:
    """What a child agreed to, the latest first; who is helped does not stand in it."""
    agreed = aliased(Appointment)
    query = (
        select(  # type: ignore[call-overload]
            Match.id,
            Skill.label_nl,
            HelpRequest.neighbourhood,
            HelpRequest.is_at_home,
            Match.status,
            Match.made_at,
            agreed.starts_at,
        )
        .join(HelpRequest, col(HelpRequest.id) == col(Match.request_id))
        .join(Skill, col(Skill.code) == col(HelpRequest.skill_code))
        .outerjoin(agreed, (col(agreed.match_id) == col(Match.id)) & (col(agreed.status) == AppointmentStatus.AGREED))
        .where(Match.person_id == child_id, col(Match.status).in_((*RUNNING_MATCHES, MatchStatus.DONE)))
        .order_by(col(Match.made_at).desc(), col(Match.id))
        .limit(50)
    )
    return [HelpRow(*row) for row in session.execute(query)]


def list_running_matches(session: Session, person_id: UUID) -> Sequence[Match]:
    """What somebody is still to do."""
    query = select(Match).where(Match.person_id == person_id, col(Match.status).in_(RUNNING_MATCHES))
    return session.exec(query.order_by(col(Match.made_at), col(Match.id))).all()


def list_live_proposals(session: Session, person_id: UUID) -> Sequence[Proposal]:
    """What somebody is asked, or said yes to and waits for."""
    query = select(Proposal).where(Proposal.person_id == person_id, col(Proposal.status).in_(LIVE_PROPOSALS))
    return session.exec(query.order_by(col(Proposal.proposed_at), col(Proposal.id))).all()


def list_live_offers(session: Session, person_id: UUID) -> Sequence[Offer]:
    """What somebody offers, wherever that is."""
    return session.exec(select(Offer).where(Offer.person_id == person_id, col(Offer.left_at).is_(None))).all()


# --- pairs ---------------------------------------------------------------------------------------------------------


def find_live_approval(session: Session, request_id: UUID, person_id: UUID) -> PairApproval | None:
    """What a coordinator is to decide, or decided, about this pair."""
    query = select(PairApproval).where(
        PairApproval.request_id == request_id,
        PairApproval.person_id == person_id,
        col(PairApproval.status).in_(LIVE_APPROVALS),
    )
    return session.exec(query.with_for_update()).first()


def is_looked_at(session: Session, proposal_id: UUID) -> bool:
    """Whether a coordinator has still to look at the pair of a yes."""
    query = select(PairApproval.id).where(
        PairApproval.proposal_id == proposal_id, PairApproval.status == ApprovalStatus.ASKED
    )
    return session.exec(query).first() is not None


def lock_approval(session: Session, approval_id: UUID) -> PairApproval:
    """One, held against others until the unit ends. Raises NotFound."""
    query = select(PairApproval).where(PairApproval.id == approval_id).with_for_update()
    found = session.exec(query, execution_options={"populate_existing": True}).first()
    if found is None:
        raise NotFound(f"approval {approval_id}")
    return found


def list_asked_approvals(session: Session, *, person_id: UUID | None = None) -> Sequence[PairApproval]:
    """What waits for a coordinator, of one person or of everybody."""
    query = select(PairApproval).where(PairApproval.status == ApprovalStatus.ASKED)
    if person_id is not None:
        query = query.where(PairApproval.person_id == person_id)
    return session.exec(query.order_by(col(PairApproval.asked_at), col(PairApproval.id))).all()


def list_live_approvals_of(session: Session, person_id: UUID) -> Sequence[PairApproval]:
    """What is asked or was approved for one person."""
    query = select(PairApproval).where(
        PairApproval.person_id == person_id, col(PairApproval.status).in_(LIVE_APPROVALS)
    )
    return session.exec(query).all()


def list_approvals_over(session: Session) -> Sequence[PairApproval]:
    """Asked of a coordinator, while the yes that it was about is over."""
    query = (
        select(PairApproval)
        .join(Proposal, col(Proposal.id) == col(PairApproval.proposal_id))
        .where(PairApproval.status == ApprovalStatus.ASKED, ~col(Proposal.status).in_(LIVE_PROPOSALS))
    )
    return session.exec(query).all()
