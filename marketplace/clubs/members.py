"""Who acts for an organisation: invited by a mailed link, with a role, until they leave."""

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlmodel import Session

from marketplace import history, minors, notices, permissions
from marketplace.errors import IllegalTransition, InvalidInput, LinkUsed
from marketplace.models import (
    ActingAs,
    EventKind,
    MemberRole,
    NoticeKind,
    Organisation,
    OrganisationInvitation,
    OrganisationMember,
    OrganisationStatus,
)
from marketplace.permissions import Actor
from marketplace.queries import organisations as queries
from marketplace.queries import people

INVITED_FOR: Final = timedelta(days=14)
MOST_OPEN: Final = 20


def invite(
    session: Session, *, organisation_id: UUID, email: str, role: MemberRole, actor: Actor, now: datetime
) -> OrganisationInvitation:
    """An owner invites an address; the link in the mail works for two weeks. Invited twice, the last one counts.

    Raises NotAllowed, InvalidInput where the address is a member's already or many invitations are open.
    """
    organisation = queries.lock(session, organisation_id)
    _require_owner(session, organisation, actor)
    address = email.strip().lower()
    known = people.find_person_by_email(session, address)
    if known is not None and queries.find_role(session, organisation_id, known.id) is not None:
        raise InvalidInput({"email": "invited_member"})
    still_open = queries.list_open_invitations(session, organisation_id, now=now)
    if len(still_open) >= MOST_OPEN:
        raise InvalidInput({"email": "invited_many"})
    for before in still_open:
        if before.email == address:
            before.used_at = now
            session.add(before)
    invitation = OrganisationInvitation(
        municipality_id=organisation.municipality_id,
        organisation_id=organisation_id,
        email=address,
        role=role,
        invited_by_id=actor.person_id,
        invited_at=now,
        expires_at=now + INVITED_FOR,
    )
    session.add(invitation)
    session.flush()
    notices.queue(
        session,
        NoticeKind.INVITED_TO_ORGANISATION,
        municipality_id=organisation.municipality_id,
        email=address,
        at=now,
        key=str(invitation.id),
        organisation=organisation_id,
        invitation=invitation.id,
    )
    return invitation


def take_back(session: Session, *, organisation_id: UUID, invitation_id: UUID, actor: Actor, now: datetime) -> None:
    """An owner takes an invitation back: its link is of no use any more. Raises NotAllowed, NotFound."""
    organisation = queries.lock(session, organisation_id)
    _require_owner(session, organisation, actor)
    invitation = queries.get_invitation(session, invitation_id, for_update=True)
    permissions.require(invitation.organisation_id == organisation_id)
    if invitation.used_at is None:
        invitation.used_at = now
        session.add(invitation)


def look_at(session: Session, *, invitation_id: UUID, now: datetime) -> OrganisationInvitation:
    """An invitation that still works; looking uses nothing up. Raises LinkUsed, NotFound."""
    return _usable(session, queries.get_invitation(session, invitation_id), now)


def join(
    session: Session, *, invitation_id: UUID, actor: Actor, now: datetime, says_sixteen: bool = True
) -> OrganisationMember:
    """Who was invited joins. Pressed twice, the first press did it.

    Raises NotAllowed for whoever has another address than was invited, LinkUsed; InvalidInput for a child, or who does
    not say that they are none.
    """
    invitation = queries.get_invitation(session, invitation_id)
    queries.lock(session, invitation.organisation_id)
    invitation = queries.get_invitation(session, invitation_id, for_update=True)
    session.refresh(invitation)
    person = people.get_person(session, actor.person_id)
    permissions.require(person.email == invitation.email)
    known = session.get(OrganisationMember, (invitation.organisation_id, person.id))
    if known is not None:
        return known
    _usable(session, invitation, now)
    if problems := minors.age_problems(session, person.id, says_sixteen=says_sixteen, now=now):
        raise InvalidInput(problems)
    member = OrganisationMember(
        organisation_id=invitation.organisation_id, person_id=person.id, role=invitation.role, since_at=now
    )
    invitation.used_at = now
    session.add_all((member, invitation))
    _record(session, EventKind.MEMBER_JOINED, invitation.organisation_id, person.id, actor, now)
    session.flush()
    return member


def set_role(
    session: Session, *, organisation_id: UUID, person_id: UUID, role: MemberRole, actor: Actor, now: datetime
) -> None:
    """An owner gives a member another role. One owner must be left. Raises NotAllowed, NotFound, InvalidInput."""
    organisation = queries.lock(session, organisation_id)
    _require_owner(session, organisation, actor)
    member = queries.get_member(session, organisation_id, person_id)
    session.refresh(member)
    if member.role is MemberRole.OWNER and role is not MemberRole.OWNER:
        _require_another_owner(session, organisation_id)
    member.role = role
    session.add(member)
    session.flush()


def leave(session: Session, *, organisation_id: UUID, person_id: UUID, actor: Actor, now: datetime) -> None:
    """A member goes, or an owner removes them; what they asked in its name is looked after by who stays.

    Raises NotAllowed, InvalidInput where it is the last owner. Pressed twice, the first press did it.
    """
    organisation = queries.lock(session, organisation_id)
    if actor.person_id != person_id:
        _require_owner(session, organisation, actor)
    if queries.find_role(session, organisation_id, person_id) is None:
        permissions.require(actor.person_id == person_id)
        return
    member = queries.get_member(session, organisation_id, person_id)
    session.refresh(member)
    if member.role is MemberRole.OWNER:
        _require_another_owner(session, organisation_id)
    session.delete(member)
    session.flush()
    hand_on(session, organisation, person_id)
    _record(session, EventKind.MEMBER_LEFT, organisation_id, person_id, actor, now)


def hand_on(session: Session, organisation: Organisation, person_id: UUID) -> UUID | None:
    """What somebody asked for an organisation, and their being its contact, goes to an owner. Who, if there is one."""
    owners = [row.person_id for row in queries.list_members(session, organisation.id) if row.role is MemberRole.OWNER]
    heir = next((one for one in owners if one != person_id), None)
    if heir is None:
        return None
    for request in queries.list_requests_of_member(session, organisation.id, person_id):
        request.requester_id = heir
        session.add(request)
    if organisation.contact_id == person_id:
        organisation.contact_id = heir
        session.add(organisation)
    session.flush()
    return heir


def _usable(session: Session, invitation: OrganisationInvitation, now: datetime) -> OrganisationInvitation:
    organisation = queries.get(session, invitation.organisation_id)
    if (
        invitation.used_at is not None
        or now >= invitation.expires_at
        or organisation.status is OrganisationStatus.ENDED
    ):
        raise LinkUsed(str(invitation.id))
    return invitation


def _require_owner(session: Session, organisation: Organisation, actor: Actor) -> None:
    if organisation.status is OrganisationStatus.ENDED:
        raise IllegalTransition("organisation", organisation.status, "change its members")
    permissions.require(queries.find_role(session, organisation.id, actor.person_id) is MemberRole.OWNER)


def _require_another_owner(session: Session, organisation_id: UUID) -> None:
    if queries.count_owners(session, organisation_id) < 2:
        raise InvalidInput({"member": "last_owner"})


def _record(
    session: Session, kind: EventKind, organisation_id: UUID, person_id: UUID, actor: Actor, now: datetime
) -> None:
    history.record(
        session,
        kind,
        at=now,
        municipality_id=queries.get(session, organisation_id).municipality_id,
        acting_as=ActingAs.ORGANISATION,
        actor_id=actor.person_id,
        person_id=person_id,
        organisation=str(organisation_id),
    )
