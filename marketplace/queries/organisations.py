"""Organisations, their members and invitations, and what they organise."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlmodel import Session, col, func, select, update

from marketplace.errors import NotFound
from marketplace.models import (
    AskerKind,
    GroupActivity,
    GroupActivityPlace,
    HelpRequest,
    MemberRole,
    Offer,
    OfferSkill,
    Organisation,
    OrganisationInvitation,
    OrganisationMember,
    OrganisationStatus,
    Person,
)

_EDITS = (MemberRole.OWNER, MemberRole.EDITOR)


@dataclass(frozen=True)
class MemberRow:
    """Somebody of an organisation, as the other members know them."""

    person_id: UUID
    first_name: str
    last_name: str
    role: MemberRole
    since_at: datetime


def get(session: Session, organisation_id: UUID) -> Organisation:
    """One organisation. Raises NotFound."""
    if (found := session.get(Organisation, organisation_id)) is None:
        raise NotFound(f"organisation {organisation_id}")
    return found


def lock(session: Session, organisation_id: UUID) -> Organisation:
    """One organisation, held until the unit ends. Raises NotFound."""
    query = select(Organisation).where(Organisation.id == organisation_id).with_for_update()
    found = session.exec(query.execution_options(populate_existing=True)).first()
    if found is None:
        raise NotFound(f"organisation {organisation_id}")
    return found


def find_by_name(session: Session, municipality_id: UUID, name_key: str) -> Organisation | None:
    """Who goes by this name now."""
    query = select(Organisation).where(
        Organisation.municipality_id == municipality_id,
        Organisation.name_key == name_key,
        Organisation.status != OrganisationStatus.ENDED,
    )
    return session.exec(query).first()


def list_listed(session: Session, municipality_id: UUID) -> Sequence[Organisation]:
    """Organisations that staff have seen, by name."""
    return _list(session, municipality_id, OrganisationStatus.CONFIRMED)


def list_new(session: Session, municipality_id: UUID) -> Sequence[Organisation]:
    """Organisations that staff still have to see, the oldest first."""
    return sorted(_list(session, municipality_id, OrganisationStatus.NEW), key=lambda one: one.founded_at)


def list_renamed(session: Session, municipality_id: UUID) -> Sequence[Organisation]:
    """Organisations on the lists that go by another name than staff saw, the oldest change first."""
    query = select(Organisation).where(
        Organisation.municipality_id == municipality_id,
        Organisation.status == OrganisationStatus.CONFIRMED,
        col(Organisation.renamed_at).is_not(None),
    )
    return session.exec(query.order_by(col(Organisation.renamed_at), col(Organisation.id))).all()


def _list(session: Session, municipality_id: UUID, status: OrganisationStatus) -> Sequence[Organisation]:
    query = select(Organisation).where(Organisation.municipality_id == municipality_id, Organisation.status == status)
    return session.exec(query.order_by(col(Organisation.name_key), col(Organisation.id))).all()


def list_edited_by(session: Session, person_id: UUID) -> frozenset[UUID]:
    """The organisations for which somebody may ask and choose."""
    query = (
        select(OrganisationMember.organisation_id)
        .join(Organisation, col(Organisation.id) == col(OrganisationMember.organisation_id))
        .where(
            OrganisationMember.person_id == person_id,
            col(OrganisationMember.role).in_(_EDITS),
            Organisation.status != OrganisationStatus.ENDED,
        )
    )
    return frozenset(session.exec(query))


def list_of_person(session: Session, person_id: UUID) -> Sequence[tuple[Organisation, MemberRole]]:
    """The organisations of which somebody is a member, by name."""
    query = (
        select(Organisation, OrganisationMember.role)
        .join(OrganisationMember, col(OrganisationMember.organisation_id) == col(Organisation.id))
        .where(OrganisationMember.person_id == person_id, Organisation.status != OrganisationStatus.ENDED)
    )
    return [(row[0], MemberRole(row[1])) for row in session.exec(query.order_by(col(Organisation.name_key)))]


def find_role(session: Session, organisation_id: UUID, person_id: UUID) -> MemberRole | None:
    """What somebody may do for an organisation; None for who is no member."""
    member = session.get(OrganisationMember, (organisation_id, person_id))
    return member.role if member else None


def get_member(session: Session, organisation_id: UUID, person_id: UUID) -> OrganisationMember:
    """One member. Raises NotFound."""
    if (found := session.get(OrganisationMember, (organisation_id, person_id))) is None:
        raise NotFound(f"member {person_id} of organisation {organisation_id}")
    return found


def list_members(session: Session, organisation_id: UUID) -> Sequence[MemberRow]:
    """The members: owners first, then in the order in which they joined."""
    columns = (Person.id, Person.first_name, Person.last_name, OrganisationMember.role, OrganisationMember.since_at)
    query = (
        select(*columns)  # type: ignore[call-overload]
        .join(OrganisationMember, col(OrganisationMember.person_id) == col(Person.id))
        .where(OrganisationMember.organisation_id == organisation_id)
        .order_by(OrganisationMember.since_at, Person.id)
    )
    rank = {role: number for number, role in enumerate(MemberRole)}
    return sorted((MemberRow(*row) for row in session.execute(query)), key=lambda row: rank[row.role])


def list_memberships(session: Session, person_id: UUID) -> Sequence[OrganisationMember]:
    """Of what somebody is a member, ended organisations included."""
    return session.exec(select(OrganisationMember).where(OrganisationMember.person_id == person_id)).all()


def count_owners(session: Session, organisation_id: UUID) -> int:
    """How many owners there are."""
    query = select(func.count()).where(
        OrganisationMember.organisation_id == organisation_id, OrganisationMember.role == MemberRole.OWNER
    )
    return session.exec(query).one()


# --- invitations ---------------------------------------------------------------------------------------------------


def get_invitation(session: Session, invitation_id: UUID, *, for_update: bool = False) -> OrganisationInvitation:
    """One invitation. Raises NotFound."""
    found = session.get(OrganisationInvitation, invitation_id, with_for_update=for_update)
    if found is None:
        raise NotFound(f"invitation {invitation_id}")
    return found


def list_open_invitations(
    session: Session, organisation_id: UUID, *, now: datetime
) -> Sequence[OrganisationInvitation]:
    """Who was invited and has not joined yet, as long as the link works."""
    query = select(OrganisationInvitation).where(
        OrganisationInvitation.organisation_id == organisation_id,
        col(OrganisationInvitation.used_at).is_(None),
        OrganisationInvitation.expires_at > now,
    )
    return session.exec(query.order_by(col(OrganisationInvitation.invited_at))).all()


def list_invitations_of(session: Session, email: str) -> Sequence[OrganisationInvitation]:
    """Every invitation that went to an address."""
    return session.exec(select(OrganisationInvitation).where(OrganisationInvitation.email == email)).all()


# --- requests ------------------------------------------------------------------------------------------------------


def list_requests_named(
    session: Session, municipality_id: UUID, requester_id: UUID, name_key: str
) -> Sequence[HelpRequest]:
    """What somebody asked under a name before that organisation was known here."""
    query = select(HelpRequest).where(
        HelpRequest.municipality_id == municipality_id,
        HelpRequest.requester_id == requester_id,
        HelpRequest.asker_kind == AskerKind.ORGANISATION,
        col(HelpRequest.organisation_id).is_(None),
    )
    return [
        request for request in session.exec(query) if " ".join(request.organisation_name.split()).lower() == name_key
    ]


def list_requests_of_member(session: Session, organisation_id: UUID, person_id: UUID) -> Sequence[HelpRequest]:
    """What one member asked for an organisation; held until the unit ends."""
    query = select(HelpRequest).where(
        HelpRequest.organisation_id == organisation_id, HelpRequest.requester_id == person_id
    )
    return session.exec(query.order_by(col(HelpRequest.id)).with_for_update()).all()


# --- activities ----------------------------------------------------------------------------------------------------


def get_activity(session: Session, activity_id: UUID) -> GroupActivity:
    """One activity. Raises NotFound."""
    if (found := session.get(GroupActivity, activity_id)) is None:
        raise NotFound(f"activity {activity_id}")
    return found


def list_coming(session: Session, organisation_id: UUID, *, now: datetime) -> Sequence[GroupActivity]:
    """What an organisation does from now on, the first first."""
    query = select(GroupActivity).where(
        GroupActivity.organisation_id == organisation_id,
        GroupActivity.ends_at > now,
        col(GroupActivity.cancelled_at).is_(None),
    )
    return session.exec(query.order_by(col(GroupActivity.starts_at), col(GroupActivity.id))).all()


def list_joined(session: Session, person_id: UUID, *, now: datetime | None = None) -> Sequence[GroupActivity]:
    """Where somebody comes along: from now on, or ever."""
    query = (
        select(GroupActivity)
        .join(GroupActivityPlace, col(GroupActivityPlace.activity_id) == col(GroupActivity.id))
        .where(GroupActivityPlace.person_id == person_id)
    )
    if now is not None:
        query = query.where(GroupActivity.ends_at > now, col(GroupActivity.cancelled_at).is_(None))
    return session.exec(query.order_by(col(GroupActivity.starts_at))).all()


def find_joined(session: Session, activity_id: UUID, person_id: UUID) -> GroupActivityPlace | None:
    """Whether somebody comes along."""
    return session.get(GroupActivityPlace, (activity_id, person_id))


def list_guests(session: Session, activity_id: UUID) -> Sequence[tuple[UUID, str]]:
    """Who come along, by first name, in the order in which they said so."""
    query = (
        select(Person.id, Person.first_name)
        .join(GroupActivityPlace, col(GroupActivityPlace.person_id) == col(Person.id))
        .where(GroupActivityPlace.activity_id == activity_id)
    )
    return session.exec(query.order_by(col(GroupActivityPlace.joined_at), col(Person.id))).all()


def change_taken(session: Session, activity_id: UUID, by: int) -> bool:
    """Take a place, or give one back; whether there was one."""
    statement = update(GroupActivity).where(col(GroupActivity.id) == activity_id)
    room = col(GroupActivity.taken) < col(GroupActivity.places) if by > 0 else col(GroupActivity.taken) > 0
    done = session.execute(
        statement.where(room).values(taken=GroupActivity.taken + by).execution_options(synchronize_session="fetch")
    )
    return bool(done.rowcount == 1)  # type: ignore[attr-defined]


# --- what must hold ------------------------------------------------------------------------------------------------


def list_without_owner(session: Session) -> Sequence[UUID]:
    """Organisations that nobody owns."""
    owners = select(OrganisationMember.organisation_id).where(OrganisationMember.role == MemberRole.OWNER)
    query = select(Organisation.id).where(
        Organisation.status != OrganisationStatus.ENDED, col(Organisation.id).not_in(owners)
    )
    return session.exec(query).all()


def list_activities_counted_wrong(session: Session) -> Sequence[tuple[UUID, int, int]]:
    """Activities of which another number comes along than is written down."""
    counted = (
        select(GroupActivityPlace.activity_id, func.count().label("number"))
        .group_by(col(GroupActivityPlace.activity_id))
        .subquery()
    )
    number = func.coalesce(counted.c.number, 0)
    query = (
        select(GroupActivity.id, GroupActivity.taken, number)
        .join(counted, counted.c.activity_id == col(GroupActivity.id), isouter=True)
        .where(col(GroupActivity.taken) != number)
    )
    return [(row[0], row[1], row[2]) for row in session.exec(query)]


def list_offers_with(session: Session, municipality_id: UUID, skill_code: str) -> Sequence[tuple[UUID, UUID]]:
    """Who offers a kind of help: the offer and the person, whoever offered first comes first."""
    query = (
        select(Offer.id, Offer.person_id)
        .join(OfferSkill, col(OfferSkill.offer_id) == col(Offer.id))
        .where(
            Offer.municipality_id == municipality_id,
            OfferSkill.skill_code == skill_code,
            col(Offer.left_at).is_(None),
        )
    )
    rows = session.exec(query.order_by(col(Offer.offered_at), col(Offer.id)).limit(40)).all()
    return [(row[0], row[1]) for row in rows]
