"""Some of the city write to each other; one message is reported, one text waits, and one account was blocked."""

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlmodel import Session

from marketplace.models import Person, ReportAbout, ReportKind, StaffRoleKind
from marketplace.permissions import Actor
from marketplace.queries import crowd
from marketplace.talk import conversing, reporting, suspending

# Who writes (the helper or not) and what, an hour apart.
TALKS: Final = (
    (
        (True, "Dag! Zal ik dinsdag om tien uur komen?"),
        (False, "Graag. De koffie staat klaar."),
        (True, "Fijn, tot dinsdag!"),
    ),
    ((False, "Neemt u zelf gereedschap mee?"), (True, "Ja, dat heb ik in de auto liggen.")),
    ((True, "Ik ben een kwartier later, de bus reed niet."), (False, "Geen probleem, ik ben thuis.")),
    ((True, "Heeft u de bon nog? Dan reken ik het na."), (False, "Ja, die ligt op tafel.")),
    ((False, "Mijn hond is lief, maar hij blaft even."), (True, "Dat geeft niets. Ik ben met honden opgegroeid.")),
    ((False, "Fijn dat u komt."), (True, "Kunt u mij 50 euro lenen? Ik zit even krap.")),
)
_HOUR: Final = timedelta(hours=1)


def talk(session: Session, municipality_id: UUID, now: datetime) -> None:
    """Conversations of the last days, a report that waits, and an appeal that waits; adds no request and no match."""
    pairs = crowd.list_running_pairs(session, municipality_id, before=now - timedelta(days=2), limit=len(TALKS))
    for number, ((match_id, asker_id, helper_id), lines) in enumerate(zip(pairs, TALKS, strict=False)):
        at = now - timedelta(hours=4 * number + len(lines))
        for turn, (is_helper, text) in enumerate(lines):
            message = conversing.write(
                session,
                pair_id=match_id,
                text=text,
                token=str(turn),
                actor=Actor(helper_id if is_helper else asker_id),
                now=at + turn * _HOUR,
            )
        if lines is TALKS[-1]:
            reporting.report(
                session,
                ReportAbout.MESSAGE,
                message.id,
                kind=ReportKind.MONEY,
                words="Ik ken deze persoon nog maar net.",
                municipality_id=municipality_id,
                actor=Actor(asker_id),
                now=at + len(lines) * _HOUR,
            )
    _block(session, municipality_id, now)


def _block(session: Session, municipality_id: UUID, now: datetime) -> None:
    """Somebody nobody had asked yet was blocked by a coordinator, and disagrees: the team lead decides."""
    staff = crowd.find_staff(session, municipality_id, StaffRoleKind.COORDINATOR)
    person_id = crowd.find_unasked(session, municipality_id)
    if staff is None or person_id is None:
        return
    coordinator = Actor(staff.id, staff.first_name, frozenset({(municipality_id, StaffRoleKind.COORDINATOR)}))
    suspending.suspend(
        session,
        person_id=session.get_one(Person, person_id).id,
        municipality_id=municipality_id,
        reason="Aan de telefoon bood u betaalde klussen aan. Deze site is voor vrijwillige hulp.",
        actor=coordinator,
        now=now - timedelta(days=1),
    )
    words = "Dat was een misverstand. Ik help graag zonder geld."
    suspending.appeal(session, person_id=person_id, words=words, now=now - 5 * _HOUR)
