"""The buddy coordinator's pages: everything that is due, and one trajectory with both sides apart."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlmodel import Session

from marketplace import permissions
from marketplace.buddies import candidates, waiting
from marketplace.buddies.agenda import Due, Task, agenda, at_work, holds_on
from marketplace.buddies.intake import CLOSINGS
from marketplace.buddies.policies import BUDDY, KINDS, PAPERS, BuddyPolicy
from marketplace.models import (
    BuddyGroup,
    Introduction,
    IntroductionStatus,
    Person,
    Trajectory,
    TrajectoryStatus,
    WorkKind,
)
from marketplace.permissions import Actor
from marketplace.policies import AMSTERDAM, DESK
from marketplace.queries import buddies as queries
from marketplace.queries import buddy_board, people, undoing
from marketplace.queries.buddy_board import BoardRow, BuddyRow
from marketplace.queries.workbench import WorkItem
from marketplace.visibility import Field, Situation, may_see
from web import dates
from web.dates import when
from web.labels import buddies as words
from web.labels import events
from web.labels.events import Told
from web.labels.problems import sentences_of
from web.labels.requests import StatusTag, sentence_case
from web.labels.rules import lower_first
from web.pages.buddy_talks import SIDES, TalkLine, list_weeks, talk_line
from web.pages.my_page import Item
from web.pages.offering import LANGUAGES

STAFF: Final = "/werk/buddy"
UNDO: Final = "ongedaan"
Choice = tuple[str, str]
_LANGUAGE_NAMES: Final = dict(LANGUAGES)
# In which panel a field stands, so that what is wrong with it is not folded away.
_PANEL_OF: Final = {
    **dict.fromkeys(("need", "wishes", "groups"), "need"),
    **dict.fromkeys(("look_back", "what_next"), "end"),
    **dict.fromkeys(("goal", "ends_on"), "goal"),
    "note": "note",
    "later": "later",
    "ending": "close",
    "side": "stop",
}


@dataclass(frozen=True)
class PaperLine:
    """A buddy whose papers are missing or run out."""

    name: str
    words: str
    status: StatusTag
    href: str


@dataclass(frozen=True)
class BoardPage:
    """Everything of a municipality, what is due on top."""

    due: tuple[Item, ...]
    others: tuple[Item, ...]
    waiting: tuple[tuple[str, tuple[tuple[Any, ...], ...]], ...]
    papers: tuple[PaperLine, ...]
    load: tuple[tuple[str, int, int], ...]
    free: int
    ended: tuple[Item, ...]
    title: str = "Buddy’s"


@dataclass(frozen=True)
class Moment:
    """A step, for the timeline."""

    when: str
    text: str


@dataclass(frozen=True)
class CandidateLine:
    """Somebody who could be introduced, and why."""

    offer_id: str
    name: str
    where: str
    sentence: str
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class CasePage:
    """One trajectory, and what can be done with it."""

    title: str
    path: str
    status: StatusTag
    owner: str
    is_mine: bool
    # What was just done, until when it can be taken back, and which step it was; empty where nothing can.
    undo: str
    undo_step: str
    text: str
    due: tuple[str, ...]
    next_words: str
    facts: tuple[Choice, ...]
    resident: tuple[Choice, ...]
    asker: tuple[Choice, ...]
    buddy: tuple[Choice, ...]
    pair: tuple[Choice, ...]
    # What was said, and how every week stands: the week, the buddy, the resident.
    talks: tuple[TalkLine, ...]
    weeks: tuple[tuple[Any, ...], ...]
    candidates: tuple[CandidateLine, ...]
    steps: tuple[Moment, ...]
    # What can be done now, as names of panels.
    may: frozenset[str]
    # What is seldom wanted now, and stands folded until one asks for it.
    folded: frozenset[str]
    groups: tuple[Choice, ...]
    languages: tuple[Choice, ...]
    endings: tuple[Choice, ...]
    sides: tuple[Choice, ...]
    typed: Mapping[str, Any] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)


def read_board(
    session: Session, municipality_id: UUID, *, actor: Actor, now: datetime, policy: BuddyPolicy
) -> BoardPage:
    """All trajectories for who works on them all; one's own for any other member of staff."""
    sees_all = actor.has_role(municipality_id, permissions.BUDDY_WORKERS)
    own = None if sees_all else actor.person_id
    rows = buddy_board.list_rows(session, municipality_id, owner_id=own)
    with_due = [(row, due_of(row, policy)) for row in rows]
    is_due = [(row, due) for row, due in with_due if at_work(due, now)]
    others = [(row, due) for row, due in with_due if not at_work(due, now)]
    buddies = buddy_board.list_buddies(session, municipality_id, KINDS, now=now) if sees_all else []
    today = now.astimezone(AMSTERDAM).date()
    return BoardPage(
        due=tuple(_item(row, at_work(due, now), now) for row, due in is_due),
        others=tuple(_item(row, due, now) for row, due in others),
        waiting=_waiting(session, municipality_id, rows, now, policy) if sees_all else (),
        papers=tuple(filter(None, (_paper(one, today, policy, is_desk=actor.is_desk) for one in buddies))),
        load=_load(with_due, now),
        free=sum(holds_on(one.papers, today) and not one.is_busy and not one.is_paused for one in buddies),
        ended=tuple(
            _ended(row, now) for row in buddy_board.list_rows(session, municipality_id, owner_id=own, is_ended=True)
        ),
    )


def list_tasks(session: Session, municipality_id: UUID, *, actor: Actor, now: datetime) -> Iterator[WorkItem]:
    """What is due now, for the queue: of everybody for who works on all of it, else one's own."""
    own = None if actor.has_role(municipality_id, permissions.BUDDY_WORKERS) else actor.person_id
    for row in buddy_board.list_rows(session, municipality_id, owner_id=own):
        for due in at_work(due_of(row, BUDDY), now)[:1]:
            yield WorkItem(
                kind=WorkKind.BUDDY,
                about_id=row.trajectory.id,
                who=f"{row.resident} en {row.buddy}" if row.buddy else row.resident,
                people=(),
                what=due.task.value,
                since=due.at,
                next_at=DESK.deadline(due.at),
                owner_id=row.trajectory.owner_id,
                owner=row.owner,
            )


def due_of(row: BoardRow, policy: BuddyPolicy) -> list[Due]:
    """What is due in one trajectory of the board."""
    return agenda(row.trajectory, row.introduction, row.talks, row.papers, policy)


def read_case(
    session: Session,
    trajectory: Trajectory,
    *,
    actor: Actor,
    now: datetime,
    policy: BuddyPolicy,
    typed: Mapping[str, Any] | None = None,
    problems: Mapping[str, str] | None = None,
) -> CasePage:
    """One trajectory, for who works on it and opened it."""
    pair = queries.find_live(session, trajectory.id)
    resident = people.get_person(session, trajectory.resident_id)
    buddy = people.get_person(session, pair.person_id) if pair else None
    asker = people.get_person(session, trajectory.representative_id) if trajectory.representative_id else None
    owner = people.get_person(session, trajectory.owner_id) if trajectory.owner_id else None
    due = _agenda(session, trajectory, pair, policy)
    today = dates.day_of(now)
    may = _may(trajectory, pair)
    step = undoing.find_last_of_trajectory(session, trajectory_id=trajectory.id, actor_id=actor.person_id, now=now)
    talks = [talk_line(talk) for talk in queries.list_talks(session, trajectory.id)]
    return CasePage(
        title=f"{resident.first_name} en {buddy.first_name}" if buddy else f"Een buddy voor {resident.first_name}",
        path=f"{STAFF}/{trajectory.id}",
        status=words.STATUSES[trajectory.status],
        owner=owner.first_name if owner else "niemand",
        is_mine=trajectory.owner_id == actor.person_id,
        undo=words.undo_words(step.act, dates.clock_time(step.until_at)) if step else "",
        undo_step=str(step.id) if step else "",
        text=trajectory.text,
        due=tuple(dict.fromkeys(words.TASKS[one.task] for one in at_work(due, now))),
        next_words=_next_words(due, now),
        facts=_facts(session, trajectory, now, policy),
        resident=_reach(resident),
        asker=(*_asker(trajectory), *_reach(asker)) if asker else (),
        buddy=(*_reach(buddy), *_papers(session, trajectory, buddy, today)) if buddy else (),
        pair=_pair(pair, today) if pair else (),
        talks=tuple(line for line in talks if line.answers or line.remark or line.is_unread),
        weeks=list_weeks(talks),
        candidates=_candidates(session, trajectory, now, policy) if "introduce" in may else (),
        steps=_steps(session, trajectory, now),
        may=may,
        folded=_folded(trajectory, at_work(due, now)) - {_PANEL_OF.get(name, "") for name in problems or {}},
        groups=tuple((group.value, text) for group, text in words.GROUP_NAMES.items()),
        languages=LANGUAGES,
        endings=tuple((ending.value, words.ENDINGS[ending]) for ending in CLOSINGS),
        sides=tuple((side.value, f"de {text}") for side, text in SIDES.items()),
        typed={**_typed_before(trajectory, pair, today, policy), **(typed or {})},
        errors=sentences_of(dict(problems or {})),
    )


# --- the board -------------------------------------------------------------------------------------------------------


def _item(row: BoardRow, due: Sequence[Due], now: datetime) -> Item:
    who = f"{row.resident} en {row.buddy}" if row.buddy else row.resident
    first = due[0]
    return Item(
        href=f"{STAFF}/{row.trajectory.id}",
        title=who,
        line=f"{_sentence(words.TASKS[first.task])} {sentence_case(when(first.at, now=now))}. "
        f"Bij {row.owner or 'niemand'}.",
        status=words.STATUSES[row.trajectory.status],
    )


def _sentence(text: str) -> str:
    return text if text.endswith("?") else f"{text}."


def _ended(row: BoardRow, now: datetime) -> Item:
    one = row.trajectory
    assert one.ending is not None
    assert one.ended_at is not None
    day = dates.day(dates.day_of(one.ended_at), today=dates.day_of(now))
    return Item(f"{STAFF}/{one.id}", row.resident, f"{words.ENDINGS[one.ending]}, {day}.", words.STATUSES[one.status])


def _waiting(
    session: Session, municipality_id: UUID, rows: Sequence[BoardRow], now: datetime, policy: BuddyPolicy
) -> tuple[tuple[str, tuple[tuple[Any, ...], ...]], ...]:
    """Of each kind the list, in its order: place, who, since when, and the expected time."""
    names = {row.trajectory.id: row for row in rows}
    tables = []
    for kind, caption in words.KINDS.items():
        lines = []
        for place, one in enumerate(queries.list_waiting(session, municipality_id, kind), 1):
            row = names.get(one)
            found = waiting.expected(session, municipality_id, kind, place, now=now, policy=policy)
            if row is None:
                continue
            wait = waiting.Wait(place, place, *(found or (None, None)))
            since = row.trajectory.waiting_since or row.trajectory.asked_at
            front = " (vooraan: had al een buddy)" if row.trajectory.is_first else ""
            lines.append((f"{place}. {row.resident}{front}", dates.day(dates.day_of(since)), words.time_words(wait)))
        if lines:
            tables.append((caption, tuple(lines)))
    return tuple(tables)


def _paper(one: BuddyRow, today: date, policy: BuddyPolicy, *, is_desk: bool) -> PaperLine | None:
    soon = today + timedelta(days=policy.certificate_ahead_days)
    missing = [words.PAPERS[code] for code in PAPERS if code not in one.papers]
    ends = [
        (paper.until, words.PAPERS[code])
        for code in PAPERS
        if (paper := one.papers.get(code)) is not None and paper.until is not None and paper.until <= soon
    ]
    # Where papers are noted is for the desk.
    href = f"/werk/vrijwilligers/{one.offer_id}" if is_desk else ""
    if ends:
        until, what = min(ends)
        tone = StatusTag("Verlopen", "attention") if until < today else StatusTag("Loopt af", "waiting")
        return PaperLine(one.first_name, f"{what}: tot en met {dates.day(until, today=today)}", tone, href)
    if missing and one.is_busy:
        return PaperLine(
            one.first_name, f"Niet gezien: {' en '.join(missing)}", StatusTag("Ontbreekt", "attention"), href
        )
    return None


def _load(rows: Sequence[tuple[BoardRow, list[Due]]], now: datetime) -> tuple[tuple[str, int, int], ...]:
    count = Counter(row.owner or "Niemand" for row, _ in rows)
    due = Counter(row.owner or "Niemand" for row, found in rows if at_work(found, now))
    return tuple((name, count[name], due[name]) for name in sorted(count))


# --- one trajectory --------------------------------------------------------------------------------------------------


def _agenda(session: Session, trajectory: Trajectory, pair: Introduction | None, policy: BuddyPolicy) -> list[Due]:
    if pair is None:
        return agenda(trajectory, None, (), {}, policy)
    talks = [talk for talk in queries.list_talks(session, trajectory.id) if talk.introduction_id == pair.id]
    papers = queries.list_papers(session, trajectory.municipality_id, [pair.person_id])[pair.person_id]
    return agenda(trajectory, pair, talks, papers, policy)


def _next_words(due: Sequence[Due], now: datetime) -> str:
    coming = next((one for one in due if one.at > now), None)
    if coming is None:
        return ""
    return f"De volgende stap, {when(coming.at, now=now)}: {_sentence(lower_first(words.TASKS[coming.task]))}"


def _folded(trajectory: Trajectory, due: Sequence[Due]) -> frozenset[str]:
    """Everything but the step that is next: that stands open, so that it is plain what to do."""
    found = {"note", "later", "close", "stop", "take_back", "need", "goal", "end"}
    if trajectory.status is TrajectoryStatus.INTAKE:
        found.discard("need")
    if trajectory.status is TrajectoryStatus.ACQUAINTING:
        found.discard("goal")
    if any(one.task is Task.CLOSE for one in due):
        found -= {"goal", "end"}
    return frozenset(found)


def _may(trajectory: Trajectory, pair: Introduction | None) -> frozenset[str]:
    """What can be done now, by the name of its panel."""
    status, found = trajectory.status, set()
    if status is TrajectoryStatus.ENDED:
        return frozenset()
    found |= {"note", "later", "need"}
    if status is not TrajectoryStatus.RUNNING:
        found |= {"close"}
    if status is TrajectoryStatus.INTAKE:
        found |= {"plan"}
    if status is TrajectoryStatus.WAITING:
        found |= {"introduce"}
    if pair is not None:
        found |= _may_with(pair)
    return frozenset(found)


def _may_with(pair: Introduction) -> set[str]:
    if pair.status is IntroductionStatus.RUNNING:
        return {"goal", "end", "stop"}
    found = {"take_back"}
    if pair.status is IntroductionStatus.MEETING:
        found |= {"meeting"}
    if pair.status is IntroductionStatus.AGREEING:
        found |= {"goal"}
        if pair.resident_agreed_at and pair.buddy_agreed_at:
            found |= {"begin"}
    return found


def _facts(session: Session, trajectory: Trajectory, now: datetime, policy: BuddyPolicy) -> tuple[Choice, ...]:
    today = dates.day_of(now)
    lines = [
        ("Soort", words.KINDS[trajectory.skill_code]),
        ("Gevraagd", dates.day(dates.day_of(trajectory.asked_at), today=today)),
        ("Wijk", trajectory.neighbourhood),
        ("Gesprek", dates.moment(trajectory.intake_at, today=today) if trajectory.intake_at else ""),
        ("Groep", ", ".join(words.GROUP_NAMES[BuddyGroup(one)] for one in trajectory.groups)),
        ("Wat nodig is", trajectory.need),
        ("Wensen", trajectory.wishes),
        ("Talen", ", ".join(_LANGUAGE_NAMES.get(one, one) for one in trajectory.languages)),
    ]
    wait = waiting.read_wait(session, trajectory, now=now, policy=policy)
    if wait is not None:
        lines.append(("Op de lijst", f"plek {wait.place} van {wait.of}. {words.time_words(wait)}"))
    if trajectory.ending is not None:
        lines.append(("Hoe het eindigde", words.ENDINGS[trajectory.ending]))
    lines += [("Teruggezien", trajectory.look_back), ("Wat er nu komt", trajectory.what_next)]
    return tuple((label, text) for label, text in lines if text)


def _asker(trajectory: Trajectory) -> tuple[Choice, ...]:
    return (("Vroeg het", words.ASKERS[trajectory.relation]),) if trajectory.relation else ()


def _reach(person: Person) -> tuple[Choice, ...]:
    """Who somebody is and how to reach them, as the table of who sees what allows."""
    street = f"{person.street} {person.house_number}".strip()
    lines = (
        (Field.LAST_NAME, "Naam", f"{person.first_name} {person.last_name}".strip()),
        (Field.TELEPHONE, "Telefoon", person.telephone or ""),
        (Field.EMAIL, "E-mail", person.email or ""),
        (Field.LETTER_ADDRESS, "Adres", street),
        (Field.BIRTH_YEAR, "Geboren in", str(person.birth_year or "")),
    )
    return tuple((label, text) for what, label, text in lines if text and may_see(what, Situation.COORDINATOR))


def _papers(session: Session, trajectory: Trajectory, buddy: Person, today: date) -> tuple[Choice, ...]:
    papers = queries.list_papers(session, trajectory.municipality_id, [buddy.id])[buddy.id]
    found = []
    for code, name in words.PAPERS.items():
        paper = papers.get(code)
        until = "niet gezien" if paper is None else "gezien"
        if paper is not None and paper.until is not None:
            until = f"geldig tot en met {dates.day(paper.until, today=today)} {paper.until.year}"
        found.append((name, until))
    return tuple(found)


def _pair(pair: Introduction, today: date) -> tuple[Choice, ...]:
    lines = [
        ("Hoe ver", words.STEPS[pair.status]),
        ("Antwoord vóór", dates.moment(pair.answer_by, today=today) if pair.meets_at is None else ""),
        ("Kennismaking", dates.moment(pair.meets_at, today=today) if pair.meets_at else ""),
        ("Waar", pair.meets_where),
        ("Doel", pair.goal),
        ("Periode", words.weeks_words(pair, today)),
        ("Nieuw voorstel", pair.wanted_goal),
        ("Voorstel tot en met", dates.day(pair.wanted_ends_on, today=today) if pair.wanted_ends_on else ""),
    ]
    if pair.wanted_ends_on is not None:
        said = {True: "zegt: zo is het goed", False: "heeft nog niet geantwoord"}
        lines += [
            ("De bewoner", said[pair.resident_agreed_at is not None]),
            ("De buddy", said[pair.buddy_agreed_at is not None]),
        ]
    return tuple((label, text) for label, text in lines if text)


def _candidates(
    session: Session, trajectory: Trajectory, now: datetime, policy: BuddyPolicy
) -> tuple[CandidateLine, ...]:
    today = dates.day_of(now)
    return tuple(
        CandidateLine(
            offer_id=str(one.helper.offer_id),
            name=one.helper.first_name,
            where=one.helper.neighbourhood,
            sentence=one.helper.sentence,
            reasons=tuple(words.why_words(why, amount, today) for why, amount in one.reasons),
        )
        for one in candidates.list_candidates(session, trajectory, now=now, policy=policy)[:12]
    )


def _steps(session: Session, trajectory: Trajectory, now: datetime) -> tuple[Moment, ...]:
    today = dates.day_of(now)
    return tuple(
        Moment(
            dates.moment(event.at, today=today),
            events.sentence(Told(event.kind, event.acting_as, who, whom, None, event.detail)),
        )
        for event, who, whom in buddy_board.list_events(session, trajectory.id)
    )


def _typed_before(
    trajectory: Trajectory, pair: Introduction | None, today: date, policy: BuddyPolicy
) -> dict[str, Any]:
    """What the forms begin with: what was written before, and a period of about a year."""
    begins = pair.ends_on if pair and pair.ends_on else today
    weeks = 13 if pair and pair.ends_on else policy.period_weeks
    return {
        "need": trajectory.need,
        "wishes": trajectory.wishes,
        "groups": trajectory.groups,
        "languages": trajectory.languages,
        "goal": (pair.wanted_goal or pair.goal) if pair else "",
        "ends_on": (begins + timedelta(weeks=weeks)).isoformat(),
        "intake_time": "10:00",
        "meeting_time": "10:00",
    }
