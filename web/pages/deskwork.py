"""The pages of calls and letters: what is said, to whom, and what to press after it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlmodel import Session

from marketplace import permissions
from marketplace.geocoding import show_postcode
from marketplace.models import NoticeKind, OutboxMessage, Person
from marketplace.permissions import Actor
from marketplace.queries import deskwork, work
from marketplace.queries.deskwork import Call
from marketplace.queries.work import NoticeFacts
from marketplace.talk import conversing
from marketplace.two_sides import other_side
from marketplace.visibility import Shown
from web import dates
from web.labels.problems import sentences_of
from web.labels.requests import StatusTag
from web.labels.scripts import Answer, about_words, answers_for, spoken
from web.mail_words import Places
from web.mails import words_of
from web.pages.buddies import TalkForm, talk_form
from web.pages.dates import EvaluationPage, read_evaluation_page

CALLS: Final = "/werk/bellen"
LETTERS: Final = "/werk/post"
_SOON_H: Final = 4


@dataclass(frozen=True)
class CallLine:
    """One call in the list."""

    take: str
    name: str
    about: str
    status: StatusTag
    tried: str
    # Who has it in hand, where that is somebody else; "" where it is free, or one's own.
    held_by: str
    is_mine: bool
    href: str


@dataclass(frozen=True)
class CallsPage:
    """Who is to be called, soonest first."""

    now: tuple[CallLine, ...]
    later: tuple[CallLine, ...]
    letters: int
    title: str = "Bellen"


@dataclass(frozen=True)
class ReplyForm:
    """What somebody says back to a message, as it is typed."""

    typed: str
    most: int
    # A number or an address stands in it, and the two do not have each other's: asked once whether it is meant so.
    asks_again: bool
    errors: Mapping[str, str]


@dataclass(frozen=True)
class CallPage:
    """One call: the number, what to say, and what to press."""

    title: str
    name: str
    telephone: str
    greeting: str
    said: tuple[str, ...]
    until: str
    action: str
    give_back: str
    answers: tuple[Answer, ...]
    error: str = ""
    # How it was, in three questions; None in every other call.
    questions: EvaluationPage | None = None
    # How it goes with a buddy, in five questions; None in every other call.
    talk: TalkForm | None = None
    # Room for what they say back, where they are read a message; None in every other call.
    reply: ReplyForm | None = None
    # Where everything of this person goes, if they ask for that; empty where they can sign in.
    erase: str = ""
    # Whose details are on the screen.
    about: tuple[UUID, ...] = ()


@dataclass(frozen=True)
class Letter:
    """One letter, as it is printed."""

    id: str
    name: str
    address: tuple[str, ...]
    date: str
    heading: str
    first_name: str
    paragraphs: tuple[str, ...]
    # Whose details stand in it.
    about: tuple[UUID, ...]


@dataclass(frozen=True)
class PostPage:
    """The letters to print; those without an address can't be."""

    letters: tuple[Letter, ...]
    homeless: tuple[tuple[str, str], ...]
    moot: tuple[str, ...]
    telephone: str
    title: str = "Brieven"


def calls_page(session: Session, *, municipality_id: UUID, actor: Actor, now: datetime) -> CallsPage:
    """The list of calls. Raises NotAllowed."""
    permissions.require(actor.has_role(municipality_id, permissions.CASE_WORKERS))
    calls = deskwork.list_calls(session, municipality_id, now=now)
    in_hand = [call for call in calls if call.held_by_id is not None]
    due = [call for call in calls if call.next_try_at <= now or call in in_hand]
    return CallsPage(
        now=tuple(_line(call, actor, now) for call in due),
        later=tuple(_line(call, actor, now) for call in calls if call not in due),
        letters=len(deskwork.list_letters(session, municipality_id, now=now)),
    )


def call_page(
    session: Session,
    message: OutboxMessage,
    *,
    places: Places,
    organisation: str,
    now: datetime,
    error: str = "",
    typed: Mapping[str, Any] | None = None,
    problems: Mapping[str, str] | None = None,
) -> CallPage | None:
    """What to say in this call; None where nothing is left to tell."""
    facts = work.read_facts(session, message, now=now)
    text = words_of(session, message, facts, places, now)
    if text is None or facts.to is None:
        return None
    here = f"{CALLS}/{message.id}"
    questions = None
    if message.kind is NoticeKind.HOW_WAS_IT and facts.match is not None:
        questions = read_evaluation_page(
            session,
            facts.match.id,
            actor=Actor(facts.to.id),
            action=here,
            back=CALLS,
            typed=typed,
            problems=problems,
        )
        if questions is None or questions.is_answered:
            return None
    talk = None
    if message.kind is NoticeKind.BUDDY_TALK and facts.about_buddy is not None and facts.about_buddy.talk is not None:
        talk = talk_form(facts.about_buddy.talk, action=here, typed=typed, problems=problems)
    reply = None
    if message.kind is NoticeKind.MESSAGE_RECEIVED:
        reply = _reply_form(typed or {}, problems or {})
    # Who is asked how it was has met the other: no numbers any more.
    reach = () if questions else reach_words(session, facts, now=now)
    return CallPage(
        title=f"U belt {full_name(facts.to)}",
        name=full_name(facts.to),
        telephone=facts.to.telephone or "",
        greeting=f"Goedendag, u spreekt met … van {organisation}. Spreek ik met {full_name(facts.to)}?",
        said=(_sentence(text.subject), *spoken(text.paragraphs), *reach),
        until=_until(message, facts, now),
        action=here,
        give_back=f"{here}/terugleggen",
        answers=answers_for(message.kind),
        error=error,
        questions=questions,
        talk=talk,
        reply=reply,
        erase="" if facts.to.email else f"/werk/personen/{facts.to.id}/verwijderen",
        about=people_in(session, facts, now=now, with_other=questions is None),
    )


def post_page(
    session: Session, *, municipality_id: UUID, places: Places, telephone: str, actor: Actor, now: datetime
) -> PostPage:
    """The letters that wait. Raises NotAllowed."""
    permissions.require(actor.has_role(municipality_id, permissions.CASE_WORKERS))
    letters, homeless, moot = [], [], []
    for message in deskwork.list_letters(session, municipality_id, now=now):
        facts = work.read_facts(session, message, now=now)
        text = words_of(session, message, facts, places, now)
        if text is None or facts.to is None:
            moot.append(str(message.id))
        elif not (facts.to.postcode and facts.to.street):
            homeless.append((str(message.id), full_name(facts.to)))
        else:
            said = (*spoken(text.paragraphs), *reach_words(session, facts, now=now))
            about = people_in(session, facts, now=now)
            letters.append(_letter(message, facts.to, facts.municipality.name, text.subject, said, about, now))
    return PostPage(tuple(letters), tuple(homeless), tuple(moot), telephone)


def people_in(session: Session, facts: NoticeFacts, *, now: datetime, with_other: bool = True) -> tuple[UUID, ...]:
    """Whose details stand in a call or a letter: who hears it, and the other one once they can reach each other."""
    to, match, request = facts.to, facts.match, facts.request
    if to is None:
        return ()
    if not with_other or match is None or request is None or not _shown(session, facts, now=now).is_reachable:
        return (to.id,)
    return (to.id, request.requester_id if to.id == match.person_id else match.person_id)


def _shown(session: Session, facts: NoticeFacts, *, now: datetime) -> Shown:
    """What they are shown of the other of the match that it is about; nothing where there is none of theirs."""
    to, match, request = facts.to, facts.match, facts.request
    if to is None or match is None or request is None or not permissions.is_party(Actor(to.id), match, request):
        return Shown()
    return other_side(session, match, request, actor=Actor(to.id), now=now)


def reach_words(session: Session, facts: NoticeFacts, *, now: datetime) -> tuple[str, ...]:
    """How to reach the other, once that is open: who has no page to look it up on is told it."""
    other, said = _shown(session, facts, now=now), []
    if other.telephone:
        said.append(f"Het telefoonnummer van {other.first_name} is {other.telephone}.")
    elif other.email:
        said.append(f"Het e-mailadres van {other.first_name} is {other.email}.")
    if other.help_address and facts.request is not None:
        said.append(f"{other.first_name} woont op {other.help_address} in {facts.request.neighbourhood}.")
    return tuple(said)


def full_name(person: Person) -> str:
    """First and last name, as staff and the postman need it."""
    return f"{person.first_name} {person.last_name}".strip()


def _reply_form(typed: Mapping[str, Any], problems: Mapping[str, str]) -> ReplyForm:
    asks_again = problems.get("text") == "message_private"
    return ReplyForm(
        typed=str(typed.get("text", "")),
        most=conversing.POLICY.most_characters,
        asks_again=asks_again,
        errors={} if asks_again else sentences_of(dict(problems)),
    )


def _line(call: Call, actor: Actor, now: datetime) -> CallLine:
    is_mine = call.held_by_id == actor.person_id
    is_held = call.held_by_id is not None and call.next_try_at > now
    what = about_words(call.kind)
    return CallLine(
        take=f"{CALLS}/{call.id}/nemen",
        name=call.name,
        about=f"{what} ({call.about})" if call.about else what,
        status=_tag(call, now),
        tried=f"{call.attempts} keer niet bereikt" if call.attempts else "",
        held_by=call.held_by if is_held and not is_mine else "",
        is_mine=is_mine and is_held,
        href=f"{CALLS}/{call.id}",
    )


def _tag(call: Call, now: datetime) -> StatusTag:
    if call.held_by_id is None and call.next_try_at > now:
        return StatusTag(f"opnieuw vanaf {dates.near_moment(call.next_try_at, now=now)}", "neutral")
    if call.until is None:
        return StatusTag("geen haast", "neutral")
    is_soon = (call.until - now).total_seconds() < _SOON_H * 3600
    return StatusTag(f"vóór {dates.near_moment(call.until, now=now)}", "attention" if is_soon else "waiting")


def _until(message: OutboxMessage, facts: NoticeFacts, now: datetime) -> str:
    if message.kind is NoticeKind.MATCH_FOR_REQUESTER and facts.match:
        return dates.near_moment(facts.match.objection_until, now=now)
    if message.kind in (NoticeKind.PROPOSAL, NoticeKind.YES_WAITS) and facts.proposal:
        return dates.near_moment(facts.proposal.expires_at, now=now)
    return ""


def _letter(
    message: OutboxMessage,
    to: Person,
    municipality: str,
    subject: str,
    said: Sequence[str],
    about: tuple[UUID, ...],
    now: datetime,
) -> Letter:
    today = dates.day_of(now)
    return Letter(
        id=str(message.id),
        name=full_name(to),
        address=(
            full_name(to),
            f"{to.street} {to.house_number}".strip(),
            f"{show_postcode(to.postcode)}  {municipality.upper()}",
        ),
        date=f"{municipality}, {dates.day(today)} {today.year}",
        heading=subject,
        first_name=to.first_name,
        paragraphs=tuple(said),
        about=about,
    )


def _sentence(words: str) -> str:
    return words if words.endswith(("?", "!", ".")) else f"{words}."
