"""Reports and blocked accounts, for those who work here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from sqlmodel import Session

from marketplace.models import Message, Report, ReportStatus, Suspension, SuspensionStatus
from marketplace.permissions import Actor
from marketplace.queries import board, moderation
from marketplace.talk import suspending
from marketplace.talk.moderating import DECISIONS, Decision, Seen
from marketplace.textscreen import Sign
from web import dates
from web.dates import when
from web.labels import talk as words
from web.labels.problems import sentences_of
from web.labels.requests import StatusTag
from web.pages.coordinating import moment_tag
from web.pages.my_page import Item

REPORTS: Final = "/werk/meldingen"
BLOCKED: Final = "/werk/geblokkeerd"
Choice = tuple[str, str]


@dataclass(frozen=True)
class ListPage:
    """What waits, whose account is blocked, and what was settled."""

    waiting: tuple[Item, ...]
    blocked: tuple[Item, ...]
    closed: tuple[Item, ...]
    title: str = "Meldingen"


@dataclass(frozen=True)
class Step:
    """One thing that was done, for the timeline."""

    when: str
    text: str


@dataclass(frozen=True)
class Line:
    """One message of a conversation that staff opened with a reason."""

    who: str
    when: str
    text: str


@dataclass(frozen=True)
class ReportPage:
    """One report: what it is about, why it lies here, and what can be done."""

    path: str
    status: StatusTag
    lead: str
    facts: tuple[Choice, ...]
    text: str
    words: str
    signs: tuple[str, ...]
    decisions: tuple[tuple[str, str, str], ...]
    is_open: bool
    may_look_around: bool
    conversation: tuple[Line, ...]
    steps: tuple[Step, ...]
    request_href: str
    typed: Mapping[str, str] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)
    title: str = "Melding"


@dataclass(frozen=True)
class SuspensionPage:
    """One blocked account: why, what its owner says, and what can be decided by whom."""

    path: str
    status: StatusTag
    facts: tuple[Choice, ...]
    reason: str
    appeal: str
    answer: str
    may_decide: bool
    may_uphold: bool
    why_not: str
    steps: tuple[Step, ...]
    report_href: str
    typed: Mapping[str, str] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)
    title: str = "Geblokkeerd account"


def read_list(session: Session, municipality_id: object, *, actor: Actor, now: datetime) -> ListPage:
    """What is due first on top."""
    waiting = [
        row
        for row in moderation.list_open(session, municipality_id)  # type: ignore[arg-type]
        if row.report.person_id != actor.person_id
    ]
    closed = moderation.list_closed(session, municipality_id)  # type: ignore[arg-type]
    blocked = moderation.list_suspensions(session, municipality_id)  # type: ignore[arg-type]
    return ListPage(
        waiting=tuple(_waiting(row.report, row.person, row.owner, actor, now) for row in waiting),
        blocked=tuple(
            Item(
                f"{BLOCKED}/{one.id}",
                name,
                f"Sinds {dates.day(dates.day_of(one.began_at), today=dates.day_of(now))}.",
                words.SUSPENSION[one.status],
            )
            for one, name in blocked
        ),
        closed=tuple(
            Item(
                f"{REPORTS}/{row.report.id}",
                f"Over {words.ABOUT[row.report.about]}",
                f"{words.OUTCOMES[row.report.outcome]}." if row.report.outcome else "",
                words.STATUS[row.report.status],
            )
            for row in closed
            if row.report.person_id != actor.person_id
        ),
    )


def _waiting(report: Report, person: str, owner: str, actor: Actor, now: datetime) -> Item:
    whose = "Ligt bij u." if report.owner_id == actor.person_id else f"Ligt bij {owner or 'niemand'}."
    held = " De tekst wacht." if report.is_held else ""
    why = words.KINDS[report.kind] if report.kind else words.upper(words.what_words(" ".join(("signs", *report.signs))))
    return Item(
        f"{REPORTS}/{report.id}",
        f"{why}: {words.ABOUT[report.about]}",
        f"Van {person or 'iemand die weg is'}. {whose}{held}",
        words.STATUS[report.status]
        if report.status is ReportStatus.TO_CHANGE
        else moment_tag(report.next_moment_at, None, is_engines=False, now=now),
    )


def read_report_page(
    session: Session,
    seen: Seen,
    *,
    now: datetime,
    typed: Mapping[str, str] | None = None,
    problems: Mapping[str, str] | None = None,
) -> ReportPage:
    """One report, for somebody who may see it."""
    report = seen.report
    names = board.list_first_names(
        session, [one for one in (report.person_id, report.reporter_id, report.owner_id) if one is not None]
    )
    is_open = report.status is not ReportStatus.CLOSED
    may = [one for one in DECISIONS[report.about] if not (one is Decision.WARN and report.is_held)]
    return ReportPage(
        path=f"{REPORTS}/{report.id}",
        status=words.STATUS[report.status],
        lead=f"Dit gaat over {words.ABOUT[report.about]}.",
        facts=_facts(report, {str(key): name for key, name in names.items()}, now),
        text=_text(seen),
        words=report.words,
        signs=tuple(words.SIGNS[Sign(sign)] for sign in report.signs),
        decisions=tuple((one.value, *words.DECISIONS[one]) for one in may),
        is_open=is_open,
        may_look_around=is_open and (report.match_id or report.introduction_id) is not None and not seen.conversation,
        conversation=tuple(_line(one, now) for one in seen.conversation),
        steps=_steps(session, now, report=report),
        request_href=f"/werk/{report.request_id}" if report.request_id else "",
        typed=typed or {},
        errors=sentences_of(problems or {}),
    )


def read_suspension_page(
    session: Session,
    suspension: Suspension,
    *,
    actor: Actor,
    now: datetime,
    typed: Mapping[str, str] | None = None,
    problems: Mapping[str, str] | None = None,
) -> SuspensionPage:
    """One blocked account, for the desk."""
    ids = (suspension.person_id, suspension.by_id, suspension.owner_id, suspension.decided_by_id)
    names = board.list_first_names(session, [one for one in ids if one is not None])
    is_over = suspension.status is SuspensionStatus.LIFTED
    may = not is_over and suspending.may_decide(session, suspension, actor, now=now)
    owner = names.get(suspension.owner_id, "") if suspension.owner_id else ""
    facts = [
        ("Van wie", names.get(suspension.person_id, "")),
        ("Geblokkeerd door", names.get(suspension.by_id, "")),
        ("Sinds", dates.moment(suspension.began_at, today=dates.day_of(now))),
    ]
    if suspension.decide_by is not None and suspension.status is SuspensionStatus.APPEALED:
        facts += [("Beslist", owner), ("Beslissen vóór", when(suspension.decide_by, now=now))]
    return SuspensionPage(
        path=f"{BLOCKED}/{suspension.id}",
        status=words.SUSPENSION[suspension.status],
        facts=tuple(facts),
        reason=suspension.reason,
        appeal=suspension.appeal or ("(zonder toelichting)" if suspension.appealed_at else ""),
        answer=suspension.answer,
        may_decide=may,
        may_uphold=may and suspension.status is SuspensionStatus.APPEALED,
        why_not="" if may or is_over else f"Over dit bezwaar beslist {owner}. Wie blokkeerde, beslist niet zelf.",
        steps=_steps(session, now, suspension=suspension),
        report_href=f"{REPORTS}/{suspension.report_id}" if suspension.report_id else "",
        typed=typed or {},
        errors=sentences_of(problems or {}),
    )


def _facts(report: Report, names: Mapping[str, str], now: datetime) -> tuple[Choice, ...]:
    lines = [
        ("Van wie", names.get(str(report.person_id), "iemand die weg is")),
        ("Gemeld door", names.get(str(report.reporter_id), "iemand") if report.kind else "de zoekmachine"),
        ("Wat er mis is", words.KINDS[report.kind] if report.kind else ""),
        ("Gemeld", dates.moment(report.reported_at, today=dates.day_of(now))),
    ]
    if report.outcome is not None:
        lines.append(("Besluit", words.OUTCOMES[report.outcome]))
    else:
        lines += [
            ("Ligt bij", names.get(str(report.owner_id), "niemand")),
            ("Kijken vóór", when(report.next_moment_at, now=now)),
            ("De tekst", "Wacht op u: niemand anders ziet die" if report.is_held else "Is zichtbaar"),
        ]
    if report.told:
        lines.append(("Wat de schrijver leest", report.told))
    return tuple((label, text) for label, text in lines if text)


def _text(seen: Seen) -> str:
    if seen.message is not None:
        return seen.message.text
    if seen.request is not None:
        return seen.request.text
    return seen.offer.sentence if seen.offer is not None else ""


def _line(message: Message, now: datetime) -> Line:
    who = "De vrijwilliger" if message.is_of_volunteer else "Wie hulp vroeg"
    return Line(who, dates.moment(message.sent_at, today=dates.day_of(now)), message.text)


def _steps(
    session: Session, now: datetime, *, report: Report | None = None, suspension: Suspension | None = None
) -> tuple[Step, ...]:
    rows: Sequence[moderation.StepRow] = moderation.list_steps(
        session, report_id=report.id if report else None, suspension_id=suspension.id if suspension else None
    )
    return tuple(
        Step(
            dates.moment(row.step.at, today=dates.day_of(now)),
            words.step_sentence(row.step.kind, row.who, row.step.text),
        )
        for row in rows
    )
