"""Passing on a worry, and what the few who handle worries see of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlmodel import Session

from marketplace import concerns
from marketplace.concerns import Opened
from marketplace.crisis import CrisisLine, crisis_lines
from marketplace.models import ConcernOutcome, ConcernStatus, Person
from marketplace.permissions import Actor
from marketplace.queries import concerns as queries
from marketplace.visibility import Field, Situation, may_see
from web import dates
from web.forms.concerns import SOMEBODY_ELSE
from web.labels.concerns import KINDS, OUTCOMES, STEPS, TAGS, TOLD_RAISER, step_sentence
from web.labels.problems import sentences_of
from web.labels.requests import StatusTag
from web.pages.my_page import Item

OWN: Final = "/mijn/zorgen"
STAFF: Final = "/werk/signalen"
Choice = tuple[str, str]


@dataclass(frozen=True)
class PassedOn:
    """What I passed on before: when, and how it stands."""

    when: str
    text: str
    status: StatusTag


@dataclass(frozen=True)
class WorryPage:
    """Somebody worries about whom they help."""

    lines: Sequence[CrisisLine]
    whom: tuple[Choice, ...]
    kinds: tuple[Choice, ...]
    passed_on: tuple[PassedOn, ...]
    # Whether anybody here handles worries; without, there is the telephone.
    is_handled: bool
    typed: Mapping[str, str] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)
    title: str = "Ik maak me zorgen om iemand"


@dataclass(frozen=True)
class ThanksPage:
    """It was passed on: what happens next, and whom to call if it cannot wait."""

    lines: Sequence[CrisisLine]
    steps: tuple[str, ...]
    title: str = "Dank u wel. Wij hebben uw zorg."


@dataclass(frozen=True)
class ListPage:
    """The worries of the small group."""

    waiting: tuple[Item, ...]
    closed: tuple[Item, ...]
    title: str = "Signalen"


@dataclass(frozen=True)
class Told:
    """A step, for the timeline."""

    when: str
    text: str


@dataclass(frozen=True)
class ConcernPage:
    """One worry, with who it is about, what was done and what can be done."""

    path: str
    status: StatusTag
    lead: str
    text: str
    facts: tuple[Choice, ...]
    about: tuple[Choice, ...]
    raiser: tuple[Choice, ...]
    lines: Sequence[CrisisLine]
    steps: tuple[Told, ...]
    is_open: bool
    # Empty where it is one's own; from whom one would take it otherwise.
    take_label: str
    from_id: str
    colleagues: tuple[Choice, ...]
    step_kinds: tuple[Choice, ...]
    outcomes: tuple[Choice, ...]
    raiser_note: str
    told: str = ""
    typed: Mapping[str, str] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)
    title: str = "Signaal"


def read_worry_page(
    session: Session,
    *,
    actor: Actor,
    municipality_id: UUID,
    now: datetime,
    typed: Mapping[str, str],
    problems: Mapping[str, str] | None = None,
) -> WorryPage:
    """The form, with whom one helps first; and what one passed on before."""
    helped = queries.list_people_helped_by(session, actor.person_id, municipality_id, now=now)
    whom = [(str(person_id), f"{name}, {where}" if where else name) for person_id, name, where in helped]
    today = dates.day_of(now)
    return WorryPage(
        lines=crisis_lines(),
        whom=(*whom, (SOMEBODY_ELSE, "Iemand anders")) if whom else (),
        kinds=tuple((kind.value, words) for kind, words in KINDS.items()),
        passed_on=tuple(
            PassedOn(dates.day(dates.day_of(one.raised_at), today=today), TOLD_RAISER[one.status], TAGS[one.status])
            for one in queries.list_raised_by(session, actor.person_id)
        ),
        is_handled=queries.find_handler(session, municipality_id, now=now) is not None,
        typed=typed,
        errors=sentences_of(problems or {}),
    )


def thanks_page(organisation: str) -> ThanksPage:
    """What happens next."""
    return ThanksPage(
        lines=crisis_lines(),
        steps=(
            f"Uiterlijk de volgende werkdag kijkt iemand van {organisation} ernaar.",
            "Misschien bellen wij u om iets te vragen.",
            "U hoort het als wij het hebben afgerond. Wat er precies gebeurt, vertellen wij niet. Dat blijft privé.",
        ),
    )


def read_list_page(session: Session, municipality_id: UUID, *, actor: Actor, now: datetime) -> ListPage:
    """What waits, what is due first on top; and what was closed last."""
    waiting = queries.list_for(session, municipality_id, actor=actor, is_open=True)
    closed = queries.list_for(session, municipality_id, actor=actor, is_open=False)
    return ListPage(
        waiting=tuple(_item(row, now) for row in waiting),
        closed=tuple(_closed(row, now) for row in closed),
    )


def read_concern_page(
    session: Session,
    opened: Opened,
    *,
    municipality_id: UUID,
    actor: Actor,
    now: datetime,
    told: str = "",
    typed: Mapping[str, str] | None = None,
    problems: Mapping[str, str] | None = None,
) -> ConcernPage:
    """One worry, for a handler who opened it."""
    concern = opened.concern
    handlers = dict(queries.list_handlers(session, municipality_id, now=now))
    is_open = concern.status is not ConcernStatus.CLOSED
    is_mine = concern.owner_id == actor.person_id and concern.status is ConcernStatus.HANDLED
    is_colleagues = concern.status is ConcernStatus.HANDLED and not is_mine
    owner = "u" if concern.owner_id == actor.person_id else handlers.get(concern.owner_id, "een oud-collega")
    return ConcernPage(
        path=f"{STAFF}/{concern.id}",
        status=TAGS[concern.status],
        lead=KINDS[concern.kind],
        text=concern.text,
        facts=_facts(opened, owner, now),
        about=_reach(opened.about),
        raiser=_reach(opened.raiser),
        lines=crisis_lines(),
        steps=tuple(
            Told(
                dates.moment(row.step.at, today=dates.day_of(now)),
                step_sentence(row.step.kind, row.who, row.step.text),
            )
            for row in queries.list_steps(session, concern.id)
        ),
        is_open=is_open,
        take_label="" if is_mine or not is_open else f"Neem over van {owner}" if is_colleagues else "Ik neem dit",
        from_id=str(concern.owner_id),
        colleagues=tuple(
            (str(person_id), name)
            for person_id, name in handlers.items()
            if person_id not in (concern.owner_id, concern.about_id)
        ),
        step_kinds=tuple((kind.value, words) for kind, words in STEPS.items() if kind in concerns.BY_HAND),
        outcomes=tuple(
            (outcome.value, words) for outcome, words in OUTCOMES.items() if outcome is not ConcernOutcome.ERASED
        ),
        raiser_note=_raiser_note(opened),
        told=told,
        typed=typed or {},
        errors=sentences_of(problems or {}),
    )


def _raiser_note(opened: Opened) -> str:
    if opened.raiser is None or opened.is_raiser_told_by_us:
        return "Wie het doorgaf, krijgt bericht dat het is afgerond. Wat u deed, staat daar niet in."
    return f"{opened.raiser.first_name} heeft geen e-mail. Bel zelf om te zeggen dat het is afgerond."


def _facts(opened: Opened, owner: str, now: datetime) -> tuple[Choice, ...]:
    concern, today = opened.concern, dates.day_of(now)
    knows = f"Ja, sinds {dates.day(dates.day_of(concern.told_at), today=today)}" if concern.told_at else "Nee"
    lines = [
        ("Doorgegeven", dates.moment(concern.raised_at, today=today)),
        ("Weet de persoon het?", knows),
    ]
    if concern.why_not_told:
        lines.append(("Waarom niet", concern.why_not_told))
    if concern.outcome is not None:
        lines.append(("Hoe het afliep", OUTCOMES[concern.outcome]))
    else:
        lines += [("Ligt bij", owner), ("Weer bekijken", dates.moment(concern.next_moment_at, today=today))]
    return tuple(lines)


def _reach(person: Person | None) -> tuple[Choice, ...]:
    """Who somebody is and how to reach them, as far as the table of who sees what allows."""
    if person is None:
        return ()
    street = f"{person.street} {person.house_number}".strip()
    lines = (
        (Field.LAST_NAME, "Naam", f"{person.first_name} {person.last_name}".strip()),
        (Field.TELEPHONE, "Telefoon", person.telephone or ""),
        (Field.EMAIL, "E-mail", person.email or ""),
        (Field.LETTER_ADDRESS, "Adres", street),
        (Field.BIRTH_YEAR, "Geboren in", str(person.birth_year or "")),
    )
    return tuple((label, text) for what, label, text in lines if text and may_see(what, Situation.CONCERN_HANDLER))


def _item(row: queries.ConcernRow, now: datetime) -> Item:
    concern = row.concern
    return Item(
        href=f"{STAFF}/{concern.id}",
        title=KINDS[concern.kind],
        line=f"Over {row.about or 'iemand'}. Ligt bij {row.owner}. "
        f"Weer bekijken: {dates.near_moment(concern.next_moment_at, now=now)}.",
        status=TAGS[concern.status],
    )


def _closed(row: queries.ConcernRow, now: datetime) -> Item:
    concern = row.concern
    assert concern.outcome is not None
    assert concern.ended_at is not None
    ended = dates.day(dates.day_of(concern.ended_at), today=dates.day_of(now))
    return Item(
        href=f"{STAFF}/{concern.id}",
        title=KINDS[concern.kind],
        line=f"Over {row.about or 'iemand'}. {OUTCOMES[concern.outcome]}, {ended}.",
        status=TAGS[concern.status],
    )
