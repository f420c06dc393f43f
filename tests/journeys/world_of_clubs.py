"""Organisations for the small world: a club with a tournament, a weekly vacancy it chooses for, and an activity."""

from dataclasses import dataclass
from uuid import UUID

from sqlmodel import Session

from marketplace import responses
from marketplace.asks import WeekPiece
from marketplace.clubs import applying, members
from marketplace.links import InvitationLinks
from marketplace.models import MemberRole
from marketplace.permissions import Actor
from tests.support import builders, club_builders
from tests.support.clock import NOW
from tests.support.club_builders import BAR, a_shift


@dataclass(frozen=True)
class WorldOfClubs:
    """Who there is more, and where to find what."""

    people: dict[str, UUID]
    places: dict[str, str]


def add_clubs(session: Session, secret_key: str) -> WorldOfClubs:
    """Frans owns the club, Rie reads along; Wim comes to a shift that is full, and Wanda waits for a place in it."""
    club, owner = club_builders.an_organisation(session)
    new, _ = club_builders.an_organisation(
        session, "Scouting Oosterhout", owner=builders.people.get_person(session, owner.person_id), is_seen=False
    )
    owner = club_builders.acting(session, owner.person_id)
    reader = club_builders.a_member(session, club, owner, MemberRole.READER, "Rie")
    tournament, shifts = club_builders.a_vacancy(
        session, club, owner, a_shift(100), a_shift(104), a_shift(128, 4, 3), now=NOW
    )
    weekly, (every_week,) = club_builders.a_vacancy(
        session,
        club,
        owner,
        title="Koffie schenken op zaterdag",
        weekly=(WeekPiece(5, 9 * 60, 13 * 60),),
        slots=2,
        minutes=180,
        hours_per_week=3,
        is_chosen_by_requester=True,
        questions=("Hebt u al eens achter een bar gestaan?",),
    )
    wim, wanda = (builders.a_volunteer(session, name, skills={BAR}, capacity=5) for name in ("Wim", "Wanda"))
    responses.apply(session, request_id=shifts[0].id, actor=Actor(wim.person_id), now=NOW)
    applying.join_list(session, request_id=shifts[0].id, is_sure=True, actor=Actor(wanda.person_id), now=NOW)
    applying.save_answers(
        session, vacancy_id=weekly.id, answers=["Ja, bij de korfbal."], actor=Actor(wanda.person_id), now=NOW
    )
    responses.apply(session, request_id=every_week.id, actor=Actor(wanda.person_id), now=NOW)
    club_builders.an_activity(session, club, owner)
    invitation = members.invite(
        session, organisation_id=club.id, email="ilse@voorbeeld.nl", role=MemberRole.EDITOR, actor=owner, now=NOW
    )
    return WorldOfClubs(
        {"frans": owner.person_id, "rie": reader.person_id, "wim": wim.person_id, "wanda": wanda.person_id},
        {
            "club_of_frans": str(club.id),
            "new_club": str(new.id),
            "tournament": str(tournament.id),
            "weekly_vacancy": str(weekly.id),
            "invitation": InvitationLinks(secret_key).sign(invitation.id),
        },
    )
