"""Who leaves for good: somebody else owns what they owned, nobody waits for them, and their answers go."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlmodel import Session

from marketplace.clubs import activities, applying, founding, members
from marketplace.models import ActingAs, MemberRole, OrganisationStatus, Person
from marketplace.permissions import Actor
from marketplace.queries import organisations as queries
from marketplace.queries import vacancies as vacancy_queries


def stop(session: Session, person: Person, *, now: datetime) -> None:
    """Leave every organisation, waiting list and activity; an organisation without anybody else ends."""
    actor = Actor(person.id, person.first_name)
    applying.leave_all_lists(session, actor=actor, now=now)
    for activity in queries.list_joined(session, person.id, now=now):
        activities.leave(session, activity_id=activity.id, person_id=person.id)
    for membership in queries.list_memberships(session, person.id):
        organisation = queries.lock(session, membership.organisation_id)
        others = [row for row in queries.list_members(session, organisation.id) if row.person_id != person.id]
        if others and not any(row.role is MemberRole.OWNER for row in others):
            heir = queries.get_member(session, organisation.id, others[0].person_id)
            heir.role = MemberRole.OWNER
            session.add(heir)
        session.delete(membership)
        session.flush()
        if others:
            members.hand_on(session, organisation, person.id)
        elif organisation.status is not OrganisationStatus.ENDED:
            founding.stop(session, organisation, acting_as=ActingAs.ORGANISATION, actor=actor, now=now)
            organisation.contact_id = None
            session.add(organisation)
    session.flush()


def forget(session: Session, person: Person, emails: list[str]) -> None:
    """What they answered to organisations, and the invitations that went to their address."""
    for answer in vacancy_queries.list_answers_of(session, person.id):
        session.delete(answer)
    for email in emails:
        for invitation in queries.list_invitations_of(session, email):
            session.delete(invitation)
    session.flush()


def export(session: Session, person_id: UUID) -> dict[str, Any]:
    """Their organisations, waiting lists, answers and activities, as plain values."""
    return {
        "organisations": [
            {"name": organisation.name, "role": role.value}
            for organisation, role in queries.list_of_person(session, person_id)
        ],
        "waiting_lists": [
            {
                "joined_at": place.joined_at.isoformat(),
                "status": place.status.value,
                "at_once": place.is_sure,
            }
            for place in vacancy_queries.list_waiting_of(session, person_id)
        ],
        "answers_to_vacancies": [
            {"vacancy": vacancy_queries.get(session, answer.vacancy_id).title, "text": answer.text}
            for answer in vacancy_queries.list_answers_of(session, person_id)
        ],
        "activities": [
            {"title": activity.title, "starts_at": activity.starts_at.isoformat()}
            for activity in queries.list_joined(session, person_id)
        ],
    }
