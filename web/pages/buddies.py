"""A trajectory as each of its people sees it: what is asked of them, what was agreed; nothing of the other's talks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlmodel import Session

from marketplace.buddies import waiting
from marketplace.buddies.policies import BuddyPolicy
from marketplace.crisis import CrisisLine, crisis_lines
from marketplace.errors import NotFound
from marketplace.lifecycle.buddy import LIVE_INTRODUCTIONS
from marketplace.models import (
    BuddySide,
    BuddyTalk,
    Introduction,
    IntroductionStatus,
    Person,
    Trajectory,
    TrajectoryEnding,
    TrajectoryStatus,
)
from marketplace.permissions import Actor
from marketplace.queries import buddies as queries
from marketplace.queries import buddy_board, conversations, people
from marketplace.talk import pairs
from marketplace.two_sides import CONTACT
from marketplace.visibility import show_helper, situation_with_buddy
from web import dates
from web.labels import buddies as words
from web.labels.problems import sentences_of
from web.labels.requests import YOUR_TURN, StatusTag
from web.pages.my_page import Item

OWN: Final = "/mijn/maatje"
Answer = tuple[str, str, str, str]
Choice = tuple[str, str]
_NO: Final = "Een reden is niet nodig. De ander hoort niet waarom."


@dataclass(frozen=True)
class TalkForm:
    """Five short questions to one of the two."""

    action: str
    talk_id: str
    lead: str
    questions: tuple[Choice, ...]
    replies: tuple[Choice, ...]
    typed: Mapping[str, str] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Ask:
    """What is asked of somebody now: a sentence or two, and buttons."""

    title: str
    sentences: tuple[str, ...]
    answers: tuple[Answer, ...]


@dataclass(frozen=True)
class OwnPage:
    """How it stands, in words, and what somebody can do."""

    title: str
    path: str
    status: StatusTag
    sentences: tuple[str, ...]
    ask: Ask | None = None
    talk: TalkForm | None = None
    facts: tuple[Choice, ...] = ()
    # What was said at the end.
    look_back: str = ""
    what_next: str = ""
    # Lighter company meanwhile: may be asked with one tap, or where it stands.
    may_ask_coffee: bool = False
    coffee_href: str = ""
    # Where the two write to each other, and how many messages wait to be read; empty where they cannot.
    messages_href: str = ""
    unread: int = 0
    other: str = ""
    stop_href: str = ""
    stop_words: str = ""
    lines: Sequence[CrisisLine] = ()
    # Whoever came by a link goes to their own page by signing in.
    is_link: bool = False


@dataclass(frozen=True)
class SurePage:
    """Really stop?"""

    title: str
    lead: str
    more: str
    action: str
    button: str
    back: str
    back_words: str


@dataclass(frozen=True)
class Seen:
    """A trajectory, and who looks at it."""

    trajectory: Trajectory
    introduction: Introduction | None
    # None for who asked in the resident's name.
    side: BuddySide | None
    other: Person | None


def see(session: Session, trajectory_id: UUID, actor: Actor) -> Seen:
    """The trajectory as somebody in it may see it. Raises NotFound for anybody else."""
    trajectory = queries.get_trajectory(session, trajectory_id)
    every = queries.list_introductions(session, trajectory_id)
    if actor.person_id == trajectory.resident_id:
        last = every[-1] if every else None
        shown = last if last is not None and _is_shown_to_resident(last) else None
        return Seen(trajectory, shown, BuddySide.RESIDENT, _person(session, shown.person_id) if shown else None)
    own = [one for one in every if one.person_id == actor.person_id]
    if own:
        return Seen(trajectory, own[-1], BuddySide.BUDDY, _person(session, trajectory.resident_id))
    if actor.person_id == trajectory.representative_id:
        return Seen(trajectory, None, None, _person(session, trajectory.resident_id))
    raise NotFound(f"trajectory {trajectory_id}")


def read_own_page(
    session: Session,
    trajectory_id: UUID,
    *,
    actor: Actor,
    now: datetime,
    action: str = "",
    policy: BuddyPolicy,
    typed: Mapping[str, str] | None = None,
    problems: Mapping[str, str] | None = None,
) -> OwnPage:
    """The page of one of the two, or of who asked. ``action``: they came by a link and are not signed in, so that only
    what is asked now is shown. Raises NotFound."""
    seen = see(session, trajectory_id, actor)
    here = action or f"{OWN}/{trajectory_id}"
    if seen.side is None:
        return _of_asker(seen, here)
    ask = _ask(seen, now)
    talk = _talk(session, seen, actor, here, typed, problems)
    if action:
        sentences = () if ask or talk else ("Er wordt nu niets van u gevraagd. Dank u wel.",)
        return OwnPage(_title(seen), here, _status(seen), sentences, ask=ask, talk=talk, is_link=True)
    if seen.side is BuddySide.BUDDY:
        page = _of_buddy(seen, here, ask, talk, now)
    else:
        page = _of_resident(session, seen, here, ask, talk, now, policy)
    return _with_messages(session, page, seen, actor, now)


def read_thanks(session: Session, trajectory_id: UUID, *, actor: Actor, is_worrying: bool, is_link: bool) -> OwnPage:
    """After the five questions; who does not feel well sees at once whom to call."""
    seen = see(session, trajectory_id, actor)
    worried = ("De coördinator leest dit vandaag of morgen, en belt u.",) if is_worrying else ()
    return OwnPage(
        title="Dank u wel. Wij hebben uw antwoord.",
        path=f"{OWN}/{trajectory_id}",
        status=_status(seen),
        sentences=("Alleen de coördinator leest het. De ander niet.", *worried),
        lines=crisis_lines() if is_worrying else (),
        is_link=is_link,
    )


def read_sure_page(session: Session, trajectory_id: UUID, *, actor: Actor) -> SurePage | None:
    """Really? None where there is nothing to stop. Raises NotFound."""
    seen = see(session, trajectory_id, actor)
    here = f"{OWN}/{trajectory_id}"
    if seen.trajectory.status is TrajectoryStatus.ENDED:
        return None
    if seen.trajectory.status is TrajectoryStatus.RUNNING:
        if seen.side is None or seen.introduction is None or seen.introduction.status is not IntroductionStatus.RUNNING:
            return None
        more = (
            "U komt dan vooraan op de lijst voor iemand anders. Wij bellen u."
            if seen.side is BuddySide.RESIDENT
            else "Wij zoeken een ander. Wij bellen u om te horen hoe het met u is."
        )
        return SurePage(
            "Wilt u stoppen?", "Dat mag altijd. U hoeft niet te zeggen waarom.", more, f"{here}/stoppen",
            "Ja, ik stop", here, "Nee, wij gaan verder",
        )  # fmt: skip
    if seen.side is BuddySide.BUDDY:
        return None
    return SurePage(
        "Wilt u geen buddy meer?", "Dat mag altijd. U hoeft niet te zeggen waarom.",
        "Wij halen de vraag dan van de lijst. U kunt later altijd opnieuw vragen.", f"{here}/stoppen",
        "Ja, haal mijn vraag weg", here, "Nee, laat de vraag staan",
    )  # fmt: skip


def list_items(session: Session, actor: Actor, now: datetime) -> tuple[Item, ...]:
    """The lines of one's own page: what waits for somebody first, then what goes on."""
    found = []
    for trajectory in buddy_board.list_own(session, actor.person_id):
        try:
            seen = see(session, trajectory.id, actor)
        except NotFound:
            continue
        is_over = seen.trajectory.status is TrajectoryStatus.ENDED or (
            seen.side is BuddySide.BUDDY
            and (seen.introduction is None or seen.introduction.status not in LIVE_INTRODUCTIONS)
        )
        if is_over:
            continue
        waits = _ask(seen, now) is not None or _has_talk(session, seen, actor)
        found.append(Item(f"{OWN}/{trajectory.id}", _title(seen), _line(seen), YOUR_TURN if waits else _status(seen)))
    return tuple(found)


# --- each of them ----------------------------------------------------------------------------------------------------


def _of_asker(seen: Seen, here: str) -> OwnPage:
    name = seen.other.first_name if seen.other else "Iemand"
    is_open = seen.trajectory.status is not TrajectoryStatus.ENDED
    can_stop = is_open and seen.trajectory.status is not TrajectoryStatus.RUNNING
    return OwnPage(
        title=f"Een buddy voor {name}",
        path=here,
        status=words.STATUSES[seen.trajectory.status],
        sentences=(
            f"U vroeg om een buddy voor {name}.",
            f"{name} beslist zelf. Daarom ziet u hier alleen hoe ver het is.",
        ),
        stop_href=f"{here}/stoppen" if can_stop else "",
        stop_words=f"{name} wil geen buddy meer",
    )


def _of_buddy(seen: Seen, here: str, ask: Ask | None, talk: TalkForm | None, now: datetime) -> OwnPage:
    pair, name = seen.introduction, seen.other.first_name if seen.other else "Iemand"
    assert pair is not None
    is_live = pair.status in LIVE_INTRODUCTIONS
    is_done = pair.status is IntroductionStatus.DONE
    return OwnPage(
        title=_title(seen),
        path=here,
        status=_status(seen),
        sentences=(_line(seen),),
        ask=ask,
        talk=talk,
        facts=_facts(seen, now) if is_live or is_done else (),
        look_back=seen.trajectory.look_back if is_done else "",
        what_next="",
        stop_href=f"{here}/stoppen" if pair.status is IntroductionStatus.RUNNING else "",
        stop_words=f"Ik stop als buddy van {name}",
    )


def _of_resident(
    session: Session,
    seen: Seen,
    here: str,
    ask: Ask | None,
    talk: TalkForm | None,
    now: datetime,
    policy: BuddyPolicy,
) -> OwnPage:
    trajectory = seen.trajectory
    sentences = [_line(seen)]
    if trajectory.status is TrajectoryStatus.INTAKE and trajectory.intake_at is not None:
        sentences.append(f"Uw gesprek is {dates.near_moment(trajectory.intake_at, now=now)}.")
    if (wait := waiting.read_wait(session, trajectory, now=now, policy=policy)) is not None:
        sentences.append(words.wait_words(wait))
    is_well = trajectory.ending is TrajectoryEnding.WELL
    is_waiting = trajectory.status in (TrajectoryStatus.INTAKE, TrajectoryStatus.WAITING)
    is_open = trajectory.status is not TrajectoryStatus.ENDED
    runs = trajectory.status is TrajectoryStatus.RUNNING
    return OwnPage(
        title=_title(seen),
        path=here,
        status=words.STATUSES[trajectory.status],
        sentences=tuple(sentences),
        ask=ask,
        talk=talk,
        facts=_facts(seen, now),
        look_back=trajectory.look_back if is_well else "",
        what_next=trajectory.what_next if is_well else "",
        may_ask_coffee=is_waiting and trajectory.meanwhile_id is None,
        coffee_href=f"/mijn/vragen/{trajectory.meanwhile_id}" if trajectory.meanwhile_id and is_waiting else "",
        stop_href=f"{here}/stoppen" if is_open else "",
        stop_words="Ik wil stoppen" if runs else "Ik wil geen buddy meer",
    )


def _with_messages(session: Session, page: OwnPage, seen: Seen, actor: Actor, now: datetime) -> OwnPage:
    """The same with the way to what the two write to each other, while they may."""
    if seen.introduction is None or seen.other is None:
        return page
    pair = pairs.get_pair(session, seen.introduction.id)
    if not pairs.is_open(session, pair, now=now):
        return page
    is_volunteer = pair.is_helper(actor.person_id)
    unread = conversations.list_unread(session, pair.id, actor.person_id, is_volunteer=is_volunteer)
    return replace(
        page, messages_href=f"/koppelingen/{pair.id}/berichten", unread=len(unread), other=seen.other.first_name
    )


def _title(seen: Seen) -> str:
    name = seen.other.first_name if seen.other else ""
    if seen.side is None:
        return f"Een buddy voor {name}"
    if seen.side is BuddySide.BUDDY:
        return f"U en {name}"
    is_live = seen.introduction is not None and seen.introduction.status in LIVE_INTRODUCTIONS
    return f"Uw buddy: {name}" if name and is_live else "Uw buddy"


def _status(seen: Seen) -> StatusTag:
    pair = seen.introduction
    if seen.side is BuddySide.BUDDY and pair is not None and pair.status not in LIVE_INTRODUCTIONS:
        return StatusTag("Afgerond", "neutral")
    return words.STATUSES[seen.trajectory.status]


def _line(seen: Seen) -> str:
    trajectory, pair = seen.trajectory, seen.introduction
    name = seen.other.first_name if seen.other else "Iemand"
    if seen.side is None:
        return f"{name} beslist zelf. U ziet hoe ver het is."
    if seen.side is BuddySide.BUDDY:
        return _line_of_buddy(pair, name)
    if trajectory.status is TrajectoryStatus.ENDED:
        return "Het is afgerond. Hebt u weer een buddy nodig? U bent altijd welkom."
    if trajectory.status is TrajectoryStatus.INTAKE:
        return "Eerst praten wij met u. Wij bellen u daarvoor."
    if trajectory.status is TrajectoryStatus.WAITING or pair is None:
        return "U staat op de lijst. Wij zoeken iemand die bij u past."
    if trajectory.status is TrajectoryStatus.ACQUAINTING:
        return f"U maakt kennis met {name}. U beslist zelf of u verder wilt."
    return f"U en {name} zijn samen op weg."


def _line_of_buddy(pair: Introduction | None, name: str) -> str:
    if pair is None or pair.status not in LIVE_INTRODUCTIONS:
        return f"Het is afgerond. Dank u wel voor wat u voor {name} deed."
    if pair.status is IntroductionStatus.RUNNING:
        return f"U bent de buddy van {name}."
    return f"U maakt kennis met {name}. U beslist zelf of u verder wilt."


def _ask(seen: Seen, now: datetime) -> Ask | None:
    pair, name = seen.introduction, seen.other.first_name if seen.other else "Iemand"
    if pair is None or seen.side is None or pair.status not in LIVE_INTRODUCTIONS:
        return None
    if pair.wanted_ends_on is not None:
        return _ask_goal(seen, pair, name)
    is_buddy = seen.side is BuddySide.BUDDY
    if pair.status is (IntroductionStatus.ASKED if is_buddy else IntroductionStatus.OFFERED):
        return _ask_to_meet(seen, pair, name, now)
    said = pair.buddy_goes_on if is_buddy else pair.resident_goes_on
    has_met = pair.meets_at is not None and pair.meets_at <= now
    if pair.status is IntroductionStatus.MEETING and has_met and said is None:
        return Ask(
            f"Wilt u samen verder met {name}?",
            (f"U hebt {name} ontmoet. De ander hoort niet wat u hier zegt.",),
            (("ja", "Ja, ik wil verder", "", "yes"), ("nee", "Nee, liever niet", _NO, "other")),
        )
    return None


def _ask_to_meet(seen: Seen, pair: Introduction, name: str, now: datetime) -> Ask:
    trajectory = seen.trajectory
    until = f"Wilt u het laten weten vóór {dates.near_moment(pair.answer_by, now=now)}?"
    if seen.side is BuddySide.BUDDY:
        need = (f"Wat nodig is: {trajectory.need}",) if trajectory.need else ()
        wishes = (f"Wat prettig is: {trajectory.wishes}",) if trajectory.wishes else ()
        told = (f"{name} woont in {trajectory.neighbourhood}.", *need, *wishes)
    else:
        told = (f"{name} is vrijwilliger met een training, en wil graag met u kennismaken. Wij zijn erbij.",)
    return Ask(
        f"Wilt u kennismaken met {name}?",
        (*told, until),
        (("ja", "Ja, graag", "Wij maken een afspraak.", "yes"), ("nee", "Nee, liever niet", _NO, "other")),
    )


def _ask_goal(seen: Seen, pair: Introduction, name: str) -> Ask | None:
    agreed_at = pair.buddy_agreed_at if seen.side is BuddySide.BUDDY else pair.resident_agreed_at
    if agreed_at is not None or pair.wanted_ends_on is None:
        return None
    until = dates.day(pair.wanted_ends_on)
    title = f"Verder met {name}?" if pair.status is IntroductionStatus.RUNNING else f"Uw afspraak met {name}"
    return Ask(
        title,
        (
            f"Dit willen wij samen: {pair.wanted_goal}",
            f"Tot en met {until} {pair.wanted_ends_on.year}.",
            "Wilt u het anders? Bel ons.",
        ),
        (("akkoord", "Zo is het goed", "", "yes"),),
    )


def _talk(
    session: Session,
    seen: Seen,
    actor: Actor,
    action: str,
    typed: Mapping[str, str] | None,
    problems: Mapping[str, str] | None,
) -> TalkForm | None:
    talk = queries.find_asked_talk(session, seen.trajectory.id, actor.person_id)
    if talk is None or seen.side is None:
        return None
    return talk_form(talk, action=action, typed=typed, problems=problems)


def talk_form(
    talk: BuddyTalk,
    *,
    action: str,
    typed: Mapping[str, str] | None = None,
    problems: Mapping[str, str] | None = None,
) -> TalkForm:
    """The five questions to whom they are for; what is left out is named by its question."""
    asked = {f"q_{question.value}": text for question, text in words.questions_for(talk.side).items()}
    told = sentences_of(dict(problems or {}))
    return TalkForm(
        action=action,
        talk_id=str(talk.id),
        lead=f"U bent {talk.week} weken op weg. Alleen de coördinator leest uw antwoorden. De ander niet.",
        questions=tuple(asked.items()),
        replies=tuple((reply.value, text) for reply, text in words.REPLIES.items()),
        typed=typed or {},
        errors={name: f"{said} “{asked[name]}”" if name in asked else said for name, said in told.items()},
    )


def _has_talk(session: Session, seen: Seen, actor: Actor) -> bool:
    return queries.find_asked_talk(session, seen.trajectory.id, actor.person_id) is not None


def _facts(seen: Seen, now: datetime) -> tuple[Choice, ...]:
    pair = seen.introduction
    if pair is None or seen.other is None or pair.status in (IntroductionStatus.ASKED, IntroductionStatus.OFFERED):
        return ()
    today, lines = dates.day_of(now), []
    if pair.status is IntroductionStatus.MEETING and pair.meets_at is not None:
        lines += [
            ("Kennismaken", dates.moment(pair.meets_at, today=today)),
            ("Waar", pair.meets_where),
        ]
    if pair.goal and pair.ends_on is not None:
        lines += [("Dit willen wij samen", pair.goal), ("Tot en met", dates.day(pair.ends_on, today=today))]
    shown = show_helper(seen.other, situation_with_buddy(pair, now=now, policy=CONTACT))
    lines += [("Telefoon van " + seen.other.first_name, shown.telephone), ("E-mail", shown.email)]
    return tuple((label, text) for label, text in lines if text)


def _is_shown_to_resident(pair: Introduction) -> bool:
    """Whom the resident was not asked about yet, they do not see: a no of the volunteer hurts nobody."""
    return pair.status not in (
        IntroductionStatus.ASKED,
        IntroductionStatus.DECLINED,
        IntroductionStatus.LAPSED,
        IntroductionStatus.WITHDRAWN,
    )


def _person(session: Session, person_id: UUID) -> Person:
    return people.get_person(session, person_id)
