"""What stands on a case besides who could help: taking back, what may give way, splitting, merging, what to say."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlmodel import Session

from marketplace import relaxing
from marketplace.candidacy import Candidacy
from marketplace.models import HelpRequest, Rung, SlotStatus
from marketplace.permissions import Actor
from marketplace.queries import board, ladder, market, requests, undoing
from marketplace.queries import relaxing as questions
from matching.skills import SkillTable
from web import dates
from web.dates import when
from web.labels import call_drafts, relaxations
from web.labels.events import CONTACT_OUTCOMES
from web.labels.requests import when_words
from web.pages.coordinating import View, case_href, since
from web.pages.series_case import series_href

# To whom a request may be referred, where the page offers names; anything else can be typed.
REFERRED_TO: Final = (
    "Sociaal Team",
    "MEE Plus",
    "Theek5",
    "Thuisvester",
    "de huisarts",
    "een betaalde dienst",
)
_RUNGS: Final = {
    Rung.ENGINE: "de zoekmachine",
    Rung.WIDER: "de zoekmachine, die ruimer keek",
    Rung.ORGANISATIONS: "de zoekmachine, en organisaties zijn gevraagd",
    Rung.COORDINATOR: "een bemiddelaar",
    Rung.TEAM_LEAD: "de teamleider",
    Rung.MUNICIPALITY: "de teamleider, en de gemeente weet ervan",
}
_DONE: Final = {
    "take": "U nam deze zaak.",
    "give_back": "U gaf de zaak terug.",
    "widen": "U verruimde de vraag.",
    "ask": "U vroeg iemand.",
    "couple": "U koppelde iemand.",
    "close": "U sloot de zoektocht.",
    "refer": "U verwees door.",
    "split": "U splitste de vraag.",
    "merge": "U voegde twee vragen samen.",
    "relax": "U vroeg de hulpvrager iets.",
}


@dataclass(frozen=True)
class Undoable:
    """What was just done, and until when it can be taken back."""

    text: str
    action: str
    step_id: str


@dataclass(frozen=True)
class RelaxButton:
    """Something that could give way: what the button says, and what it sends."""

    label: str
    kind: str
    amount: str


@dataclass(frozen=True)
class Casework:
    """The rest of a case."""

    undo: Undoable | None
    rung: str
    reliefs: tuple[RelaxButton, ...]
    # The question that is open or was answered last, told; empty where none was asked.
    asked: str
    relax: str
    draft: tuple[str, ...]
    outcomes: tuple[tuple[str, str], ...]
    refer: str
    hand_over: str
    texts: str
    poster: str
    refer_to: tuple[str, ...]
    # Where every time of help that returns stands; empty for what is once.
    series: str
    split: str
    skills: tuple[tuple[str, str], ...]
    skill: str
    most_slots: int
    merge: str
    # Other requests of the same person that could be the same one: id and words.
    others: tuple[tuple[str, str], ...]


def build_casework(
    session: Session,
    request: HelpRequest,
    found: Candidacy,
    machine: str,
    *,
    actor: Actor,
    organisation: str,
    view: View,
    is_open: bool,
    now: datetime,
) -> Casework:
    """Read it as it stands."""
    skills = market.read_skill_table(session)
    days = requests.list_weekdays(session, request.id)
    proposals = relaxing.list_proposals(found) if is_open else ()
    free = len(requests.list_slots(session, request.id, SlotStatus.FREE))
    first_question = relaxations.question(proposals[0].kind, proposals[0].amount, days) if proposals else ""
    asked = questions.list_questions(session, request.id)
    is_asked = bool(asked) and asked[0].answered_at is None

    def way(name: str) -> str:
        return case_href(request.id, view, name)

    return Casework(
        undo=_undoable(session, request.id, actor, view, now),
        rung=_rung(session, request, now) if is_open else "",
        reliefs=()
        if is_asked
        else tuple(
            RelaxButton(relaxations.button(one.kind, one.amount, one.people, days), one.kind.value, str(one.amount))
            for one in proposals
        ),
        asked=_asked(session, request, days, now),
        relax=way("ruimer"),
        draft=call_drafts.to_requester(
            caller=actor.first_name,
            organisation=organisation,
            name=board.get_person(session, request.requester_id).first_name,
            what=_lower(skills[request.skill_code].label_nl),
            times=_times(session, request, now),
            machine=machine,
            question=first_question,
        ),
        outcomes=tuple(CONTACT_OUTCOMES.items()),
        refer=way("doorverwijzen"),
        hand_over=f"/werk/{request.id}/overdragen",
        texts=f"/werk/{request.id}/teksten",
        poster=f"/werk/{request.id}/poster",
        refer_to=REFERRED_TO,
        series=series_href(session, request.id),
        split=way("splitsen"),
        skills=_choices(skills),
        skill=request.skill_code,
        most_slots=max(free - 1, 0),
        merge=way("samenvoegen"),
        others=_others(session, request, now) if is_open else (),
    )


def helper_draft(
    session: Session,
    request: HelpRequest,
    *,
    name: str,
    distance: str,
    misfits: tuple[str, ...],
    actor: Actor,
    organisation: str,
    now: datetime,
) -> tuple[str, ...]:
    """What to say to somebody who might help."""
    return call_drafts.to_helper(
        caller=actor.first_name,
        organisation=organisation,
        name=name,
        what=_lower(board.get_skill_label(session, request.skill_code)),
        where=request.neighbourhood,
        times=_times(session, request, now),
        duration=dates.duration(request.minutes),
        distance=distance,
        misfits=misfits,
    )


def _undoable(session: Session, request_id: UUID, actor: Actor, view: View, now: datetime) -> Undoable | None:
    step = undoing.find_last_step(session, request_id=request_id, actor_id=actor.person_id, now=now)
    if step is None:
        return None
    done = _DONE.get(step.act, "U deed iets.")
    text = f"{done} Tot {dates.clock_time(step.until_at)} kunt u dit ongedaan maken. Niemand weet het nog."
    return Undoable(text, case_href(request_id, view, "ongedaan"), str(step.id))


def _rung(session: Session, request: HelpRequest, now: datetime) -> str:
    at = f", {since(request.rung_at, now=now)}" if request.rung_at else ""
    here = f"Nu bij {_RUNGS[request.rung]}{at}."
    times = ladder.read_ladders(session, request.municipality_id).of(request)
    if request.rung is Rung.COORDINATOR and request.owner_id:
        return f"{here} Gebeurt er niets, dan gaat de zaak {when(request.next_moment_at, now=now)} naar de teamleider."
    if request.rung is Rung.TEAM_LEAD and request.rung_at:
        told = when(times.municipality_at(request.rung_at), now=now)
        return f"{here} De gemeente hoort het {told}, als er dan nog niemand is."
    return here


def _asked(session: Session, request: HelpRequest, days: frozenset[int], now: datetime) -> str:
    asked = questions.list_questions(session, request.id)
    if not asked:
        return ""
    last = asked[0]
    who = board.find_first_name(session, last.asked_by_id) or "De zoekmachine"
    what = f"{who} vroeg {when(last.asked_at, now=now)} of {relaxations.in_short(last.kind, last.amount, days)}"
    if last.answered_at is None:
        return f"{what}. Er is nog geen antwoord."
    return f"{what}. Het antwoord was {'ja' if last.is_yes else 'nee'}." if last.is_yes is not None else ""


def _others(session: Session, request: HelpRequest, now: datetime) -> tuple[tuple[str, str], ...]:
    found = requests.find_open_of(session, request.requester_id)
    return tuple(
        (str(one.id), f"{since(one.posted_at, now=now)}: {one.text[:60]}")
        for one in found
        if one.id != request.id
        and one.skill_code == request.skill_code
        and one.municipality_id == request.municipality_id
    )


def _times(session: Session, request: HelpRequest, now: datetime) -> str:
    windows, weekly = requests.list_windows(session, request.id), requests.list_weekly(session, request.id)
    return _lower(when_words(windows, weekly, today=dates.day_of(now)))


def _choices(skills: SkillTable) -> tuple[tuple[str, str], ...]:
    named = [(code, skill.label_nl) for code, skill in skills.items() if code != "transport.automaatje"]
    return tuple(sorted(named, key=lambda pair: pair[1]))


def _lower(words: str) -> str:
    return words if words.startswith(("AutoMaatje", "DigiD")) else words[:1].lower() + words[1:]
