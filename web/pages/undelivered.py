"""Mails that did not arrive: who was to hear what, and why they did not."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlmodel import Session

from marketplace.queries import undelivered
from marketplace.queries.undelivered import FailedMail
from web import dates
from web.labels.scripts import about_words

UNDELIVERED: Final = "/werk/mails-niet-bezorgd"
# So long may mails wait before the desk hears of it.
LATE: Final = timedelta(minutes=15)


@dataclass(frozen=True)
class FailedLine:
    """One mail, and what to press."""

    name: str
    about: str
    when: str
    why: str
    case: str
    tell: str
    put_away: str


@dataclass(frozen=True)
class UndeliveredPage:
    """What did not arrive, the newest first; how long mails are waiting where that is too long."""

    lines: tuple[FailedLine, ...]
    waiting: str
    title: str = "Niet bezorgde mails"


def undelivered_page(session: Session, *, municipality_id: UUID, now: datetime) -> UndeliveredPage:
    """The list as it stands."""
    waits = undelivered.find_oldest_waiting(session, now=now)
    return UndeliveredPage(
        lines=tuple(_line(mail, now) for mail in undelivered.list_failed(session, municipality_id)),
        waiting=dates.duration(int(waits.total_seconds() // 60)) if waits is not None and waits >= LATE else "",
    )


def _line(mail: FailedMail, now: datetime) -> FailedLine:
    return FailedLine(
        name=mail.first_name,
        about=about_words(mail.kind),
        when=dates.moment(mail.failed_at, today=dates.day_of(now)),
        why=_why(mail.error),
        case=f"/werk/{mail.request_id}" if mail.request_id else "",
        tell=f"{UNDELIVERED}/{mail.id}",
        put_away=f"{UNDELIVERED}/{mail.id}/opruimen",
    )


def _why(error: str) -> str:
    if error == "no-address":
        return "Er is geen mailadres bekend."
    if error.startswith("smtp-5") or error == "address-not-supported":
        return "Het mailadres bestaat niet, of neemt geen mail aan."
    return "De mail kwam niet aan, hoe vaak wij het ook probeerden."
