"""What was decided about one's own texts, and a blocked account as its owner sees it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlmodel import Session

from marketplace.models import HelpRequest, Offer, Report, ReportStatus, Suspension, SuspensionStatus
from marketplace.permissions import Actor
from marketplace.queries import moderation
from web import dates
from web.labels.problems import sentences_of
from web.labels.requests import StatusTag
from web.labels.talk import ABOUT, OUTCOMES, STATUS


@dataclass(frozen=True)
class OwnText:
    """One thing that was looked at: how it stands, and what was said; with a form where it is to be changed."""

    title: str
    status: StatusTag
    when: str
    told: str
    outcome: str
    action: str
    text: str
    longest: int


@dataclass(frozen=True)
class OwnTextsPage:
    """Everything that was said to somebody about their texts."""

    texts: tuple[OwnText, ...]
    # Of the form that came back.
    error: str = ""
    wrong: str = ""
    title: str = "Over uw teksten"

    @property
    def errors(self) -> Mapping[str, str]:
        """Field → sentence, for the summary."""
        return {f"text_{self.wrong}": self.error} if self.error else {}


def read_own_texts(
    session: Session, actor: Actor, *, now: datetime, wrong: str = "", typed: str = "", problem: str = ""
) -> OwnTextsPage:
    """What waits for a change first, then what was said."""
    shown = [
        one
        for one in moderation.list_about(session, actor.person_id)
        if one.told or one.is_held or one.status is ReportStatus.TO_CHANGE
    ]
    shown.sort(key=lambda one: one.status is not ReportStatus.TO_CHANGE)
    return OwnTextsPage(
        texts=tuple(_own(session, one, now, typed if str(one.id) == wrong else None) for one in shown),
        error=sentences_of({"text": problem})["text"] if problem else "",
        wrong=wrong,
    )


def _own(session: Session, report: Report, now: datetime, typed: str | None) -> OwnText:
    is_to_change = report.status is ReportStatus.TO_CHANGE
    waiting = "Wij lezen deze tekst nog. U hoeft niets te doen." if report.status is ReportStatus.OPEN else ""
    return OwnText(
        title=f"Over {ABOUT[report.about]}",
        status=StatusTag("U bent aan zet", "attention") if is_to_change else STATUS[report.status],
        when=dates.day(dates.day_of(report.reported_at), today=dates.day_of(now)),
        told=report.told,
        outcome=OUTCOMES[report.outcome] if report.outcome else waiting,
        action=f"/mijn/teksten/{report.id}" if is_to_change else "",
        text=_text(session, report) if typed is None else typed,
        longest=200 if report.offer_id else 1000,
    )


def _text(session: Session, report: Report) -> str:
    if report.request_id is not None:
        return session.get_one(HelpRequest, report.request_id).text
    return session.get_one(Offer, report.offer_id).sentence if report.offer_id else ""


@dataclass(frozen=True)
class BlockedPage:
    """An account that is blocked: why, and one button to disagree."""

    reason: str
    since: str
    sentences: tuple[str, ...]
    may_appeal: bool
    answer: str
    words: str = ""
    errors: Mapping[str, str] = field(default_factory=dict)
    title: str = "Uw account is geblokkeerd"


def make_blocked_page(
    suspension: Suspension, *, now: datetime, words: str = "", problems: Mapping[str, str] | None = None
) -> BlockedPage:
    """What it means, and what happens next."""
    return BlockedPage(
        reason=suspension.reason,
        since=dates.day(dates.day_of(suspension.began_at), today=dates.day_of(now)),
        sentences=_sentences(suspension, now),
        may_appeal=suspension.status is SuspensionStatus.ACTIVE,
        answer=suspension.answer,
        words=words,
        errors=sentences_of(problems or {}),
    )


def _sentences(suspension: Suspension, now: datetime) -> tuple[str, ...]:
    if suspension.status is SuspensionStatus.APPEALED and suspension.decide_by is not None:
        by = dates.near_moment(suspension.decide_by, now=now)
        return ("Uw bezwaar ligt bij iemand anders dan wie u blokkeerde.", f"Uiterlijk {by} hoort u wat die besluit.")
    if suspension.status is SuspensionStatus.UPHELD:
        return ("Iemand anders van ons keek opnieuw. Het besluit blijft zoals het was.",)
    return (
        "U kunt nu geen hulp vragen of geven. Afspraken die er waren, gaan niet door.",
        "Had u zelf een hulpvraag? Een medewerker kijkt wat er nodig is.",
    )
