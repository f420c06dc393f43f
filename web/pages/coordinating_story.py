"""What happened to a case, in words: what the engine did, who was asked, who helps, and the whole history."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlmodel import Session

from marketplace import lifecycle
from marketplace.candidacy import Candidacy
from marketplace.models import EventKind, HelpRequest, MatchStatus, Origin, ProposalStatus
from marketplace.queries import board
from marketplace.queries.board import EventRow, MatchRow, ProposalRow
from web.dates import when
from web.labels import escalation, events
from web.labels.events import Told
from web.labels.requests import StatusTag
from web.pages.coordinating import View, case_href

_MATCHES: Final = {
    MatchStatus.AGREED: StatusTag("Afgesproken, bezwaar kan nog", "waiting"),
    MatchStatus.CONFIRMED: StatusTag("Afgesproken", "good"),
    MatchStatus.DONE: StatusTag("Klaar", "good"),
    MatchStatus.OBJECTED: StatusTag("Bezwaar, vervallen", "neutral"),
    MatchStatus.CANCELLED: StatusTag("Afgezegd", "neutral"),
}
_ORIGINS: Final = {
    Origin.ENGINE: "gevraagd door de zoekmachine",
    Origin.APPLICATION: "bood zichzelf aan",
    Origin.RESIDENT_CHOICE: "gekozen door de hulpvrager",
    Origin.COORDINATOR: "gevraagd door ons",
}
_TELLABLE: Final = frozenset({MatchStatus.CONFIRMED, MatchStatus.DONE})
COUNTS: Final = "Telt als bemiddeld."
COUNTS_NOT: Final = "Telt niet als bemiddeld."


@dataclass(frozen=True)
class Agreement:
    """Somebody who helps, or was going to."""

    name: str
    line: str
    status: StatusTag
    remove_href: str
    # Where staff type in how it was: for who was helped, and for who helped.
    # Where staff say that it was done; empty before the two could reach each other, and after.
    finish_href: str
    how_requester: str
    how_helper: str


@dataclass(frozen=True)
class Happened:
    """One line of the history."""

    when: str
    text: str
    at: str
    tone: str = ""


@dataclass(frozen=True)
class Mediation:
    """What each action does to the figure, said beforehand."""

    widen: str
    asking: str = "Vragen of koppelen telt als bemiddeld."
    none: str = COUNTS_NOT
    contact: str = "Telt als bemiddeld als het gaat over wie er komt."
    close: str = "Lege plekken tellen als niet vervuld."


def last_taken(session: Session, request_id: UUID, now: datetime) -> str:
    """Who got the last slot, through whom and when; empty where nobody did."""
    made = next((row for row in board.list_events(session, request_id) if row.kind is EventKind.MATCHED), None)
    if made is None:
        return ""
    told = Told(made.kind, made.acting_as, made.actor or "", made.person or "", made.slot_number, made.detail)
    return f"{events.sentence(told)} Dat was {when(made.at, now=now)}."


def tell_machine(proposals: Sequence[ProposalRow], found: Candidacy, *, is_open: bool) -> str:
    """What the engine did, and who is left."""
    asked = [row for row in proposals if row.origin is Origin.ENGINE]
    count = {status: sum(row.status is status for row in asked) for status in ProposalStatus}
    story = escalation.machine_story(
        asked=len(asked),
        agreed=count[ProposalStatus.ACCEPTED] + count[ProposalStatus.WAITING],
        declined=count[ProposalStatus.DECLINED],
        lapsed=count[ProposalStatus.LAPSED],
        waiting=count[ProposalStatus.OPEN],
        fitting=found.fitting,
        within_km=found.within_km,
    )
    return story if is_open else story.split(".")[0] + "."


def list_misses(session: Session, request: HelpRequest, now: datetime) -> tuple[str, ...]:
    """Who would have done when it was handed over, had one thing given way."""
    nearest = (request.escalation or {}).get("nearest", [])
    names = board.list_helpers(session, [UUID(miss["offer"]) for miss in nearest]) if nearest else {}
    return tuple(
        escalation.near_miss(names[UUID(miss["offer"])].first_name, miss["relax"], miss["by"], now=now)
        for miss in nearest
        if UUID(miss["offer"]) in names
    )


def tell_live(row: ProposalRow, now: datetime) -> str:
    """Somebody who can still answer, or whose yes waits."""
    if row.status is ProposalStatus.WAITING:
        return f"{row.first_name} zei ja en wacht op de keuze van de hulpvrager, tot {when(row.expires_at, now=now)}."
    return f"{row.first_name} kan antwoorden tot {when(row.expires_at, now=now)} ({_ORIGINS[row.origin]})."


def tell_agreement(row: MatchRow, request_id: UUID, view: View, now: datetime) -> Agreement:
    """Somebody who helps or was going to."""
    is_running = row.status in lifecycle.RUNNING_MATCHES
    how = f"/koppelingen/{row.match_id}/hoe-was-het" if row.status in _TELLABLE else ""
    return Agreement(
        name=row.first_name,
        line=f"sinds {when(row.made_at, now=now)}, {_ORIGINS[row.origin]}",
        status=_MATCHES[row.status],
        remove_href=case_href(request_id, view, "koppelingen", str(row.match_id)) if is_running else "",
        finish_href=(
            case_href(request_id, view, "koppelingen", str(row.match_id), "gedaan")
            if row.status is MatchStatus.CONFIRMED
            else ""
        ),
        how_requester=f"{how}?van=hulpvrager" if how else "",
        how_helper=f"{how}?van=vrijwilliger" if how else "",
    )


def weigh_actions(told: Sequence[EventRow]) -> Mediation:
    """What each action does to the figure."""
    # The figure looks at whether it was ever escalated, not at whether it is now.
    was_escalated = any(row.kind is EventKind.ESCALATED for row in told)
    return Mediation(widen=COUNTS if was_escalated else "Telt niet als bemiddeld: de zaak is nog niet opgeschaald.")


def tell_event(row: EventRow, now: datetime) -> Happened:
    """One line of the history."""
    told = Told(row.kind, row.acting_as, row.actor or "", row.person or "", row.slot_number, row.detail)
    return Happened(
        when=when(row.at, now=now),
        text=events.sentence(told),
        at=row.at.isoformat(timespec="minutes"),
        tone="warm" if events.is_warm(told) else "",
    )
