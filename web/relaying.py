"""What somebody answered by telephone, done as that person: the answer goes where their own tap would have gone.

That staff passed it on is written down beside it, so that it counts as a helping hand and not as a choice of theirs.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlmodel import Session

from marketplace import deskwork, history, matches, meetings, relaxing, responses, signing
from marketplace.buddies import agreeing, introducing, talks
from marketplace.buddies.talks import TalkSaid
from marketplace.errors import IllegalTransition, NoRoom, NotAllowed, Overtaken, SlotTaken
from marketplace.meetings import Said
from marketplace.models import (
    ActingAs,
    Channel,
    DeclineReason,
    EventKind,
    NoticeChannel,
    NoticeKind,
    OutboxMessage,
    Person,
    Promise,
    PromiseStatus,
)
from marketplace.permissions import Actor
from marketplace.queries import matches as matches_queries
from marketplace.queries import meetings as meetings_queries
from marketplace.queries import requests as requests_queries
from marketplace.queries import rides as rides_queries
from marketplace.responses import Outcome
from marketplace.rides import answering, seeking
from marketplace.talk import conversing
from marketplace.together import garden_days
from marketplace.young import parents
from web.labels.scripts import (
    BUDDY_NO,
    BUDDY_YES,
    DRIVES,
    DRIVES_NOT,
    GARDEN_NO,
    GARDEN_YES,
    MAY_GIVE_WAY,
    MAY_NOT_GIVE_WAY,
    NO_CALLS,
    NO_REMINDERS,
    NOT_REACHED,
    PARENT_AGREES,
    PARENT_DISAGREES,
    REPLIES,
    SO_IT_GOES,
    SO_IT_WAS,
    STANDS_IN,
    STANDS_NOT_IN,
    TOLD,
)

_LONG_PAUSE: Final = timedelta(days=365)
_TOO_LATE: Final = "Dat kan niet meer: er is net iets veranderd. Vertel dat er niets hoeft te gebeuren."
_REFUSALS: Final = (NoRoom, SlotTaken, IllegalTransition, NotAllowed, Overtaken)


@dataclass(frozen=True)
class Line:
    """Who is on the telephone, about what, and who holds it."""

    session: Session
    message: OutboxMessage
    staff: Actor
    now: datetime
    # How it was, where the call asks that; and for a volunteer how long it took.
    said: Said | None = None
    minutes: int | None = None
    # How it goes with a buddy, where the call asks that.
    talk: TalkSaid | None = None
    # What they want to say back, where they were read a message; and whether a number in it is meant so.
    reply: str = ""
    knowingly: bool = False

    @property
    def caller(self) -> Actor:
        """The person who answers; without any role they may have, for they answer as themselves."""
        assert self.message.person_id is not None
        return Actor(self.message.person_id)

    def about(self, name: str) -> UUID:
        """The id of the proposal or match that it is about."""
        return UUID(self.message.subject[name])


def answer(line: Line, given: str) -> str:
    """Do what was answered and note how the call went. Gives the sentence to show; "" for an answer there is not.

    Raises InvalidInput where what was told cannot be kept as it was typed.
    """
    if given == NOT_REACHED:
        return _not_reached(line)
    if given == NO_CALLS:
        return _no_calls(line)
    act = _ACTS.get(given)
    if act is None or (act is not _told and given not in _OF_KIND.get(line.message.kind.value, ())):
        return ""
    try:
        with line.session.begin_nested():
            words = act(line)
    except _REFUSALS:
        deskwork.told(line.session, line.message, actor=line.staff, now=line.now, outcome="too_late")
        return _TOO_LATE
    deskwork.told(line.session, line.message, actor=line.staff, now=line.now, outcome=given)
    return words


def _told(line: Line) -> str:
    if line.message.kind is NoticeKind.MESSAGE_RECEIVED:
        conversing.read_out(line.session, pair_id=_pair_of(line), person_id=line.caller.person_id)
    return "Genoteerd: het is verteld."


def _reply(line: Line) -> str:
    """What was said back, as they said it. The call itself is the press of the button: told twice, it is sent once."""
    pair_id = _pair_of(line)
    conversing.read_out(line.session, pair_id=pair_id, person_id=line.caller.person_id)
    conversing.write(
        line.session,
        pair_id=pair_id,
        text=line.reply,
        token=str(line.message.id),
        actor=line.caller,
        now=line.now,
        knowingly=line.knowingly,
        typed_by=line.staff,
    )
    return "Het antwoord is verstuurd."


def _no_reminders(line: Line) -> str:
    """Nothing else is done: how the call went is what the next reminder looks at."""
    return "Genoteerd. Over deze reeks bellen wij alleen nog als er iets verandert."


def _pair_of(line: Line) -> UUID:
    return line.about("match" if "match" in line.message.subject else "introduction")


def _yes(line: Line) -> str:
    _note_proposal(line, "yes")
    given = responses.accept(line.session, proposal_id=line.about("proposal"), actor=line.caller, now=line.now)
    return {
        Outcome.MATCHED: "Het is geregeld. Wie om hulp vroeg, hoort het nu.",
        Outcome.WAITING: "Het ja staat er. Wie om hulp vroeg, kiest nu zelf.",
        Outcome.LOOKED_AT: "Het ja staat er. Een bemiddelaar kijkt eerst mee: deze helper is nog geen zestien.",
        Outcome.RESERVE: "Een ander was net eerder. Bedank hartelijk: wij vragen een andere keer weer.",
    }[given.outcome]


def _not_now(line: Line) -> str:
    _decline(line, DeclineReason.NOT_NOW)
    return "Genoteerd: nu niet. Wij vragen iemand anders."


def _not_this(line: Line) -> str:
    _decline(line, DeclineReason.NOT_THIS_KIND)
    return "Genoteerd. Voor dit soort hulp vragen wij niet meer."


def _confirm(line: Line) -> str:
    _note_match(line, "prima")
    matches.confirm(line.session, match_id=line.about("match"), actor=line.caller, now=line.now)
    return "Prima. De twee kunnen elkaar nu bereiken."


def _object(line: Line) -> str:
    _note_match(line, "objects")
    matches.object_to(line.session, match_id=line.about("match"), actor=line.caller, now=line.now)
    return "Genoteerd: liever niet. Wij zoeken iemand anders."


def _choose(line: Line) -> str:
    _note_proposal(line, "chosen")
    responses.choose(line.session, proposal_id=line.about("proposal"), actor=line.caller, now=line.now)
    return "Het is geregeld. De helper hoort het nu."


def _refuse(line: Line) -> str:
    _note_proposal(line, "refused")
    responses.refuse(line.session, proposal_id=line.about("proposal"), actor=line.caller, now=line.now)
    return "Genoteerd. Wij bedanken de helper en zoeken verder."


def _agree_date(line: Line) -> str:
    match_id = line.about("match")
    if (standing := meetings_queries.find_proposed(line.session, match_id)) is None:
        return _TOO_LATE
    _note_match(line, "date_agreed")
    meetings.agree_date(line.session, match_id=match_id, appointment_id=standing.id, actor=line.caller, now=line.now)
    return "De datum staat vast. De ander hoort het nu."


def _done(line: Line) -> str:
    _note_match(line, "done")
    matches.finish(line.session, match_id=line.about("match"), actor=line.caller, now=line.now)
    return "Genoteerd: het is gedaan."


def _how_it_was(line: Line) -> str:
    _note_match(line, "how_it_was")
    assert line.said is not None
    match_id = line.about("match")
    meetings.evaluate(
        line.session,
        match_id=match_id,
        said=line.said,
        actor=line.caller,
        now=line.now,
        channel=Channel.TELEPHONE,
    )
    if line.minutes is not None:
        meetings.log_hours(line.session, match_id=match_id, minutes=line.minutes, actor=line.caller, now=line.now)
    return "Dank u wel. Het staat er."


def _not_reached(line: Line) -> str:
    became_letter = deskwork.not_reached(line.session, line.message, actor=line.staff, now=line.now)
    return (
        "Niet bereikt. Er gaat nu een brief." if became_letter else "Niet bereikt. U ziet het later weer in de lijst."
    )


def _no_calls(line: Line) -> str:
    """No more calls. Who helps and has no e-mail cannot be asked in time by letter: their offer rests."""
    person = line.session.get_one(Person, line.message.person_id)
    if line.message.kind.value == "proposal":
        has_other_way = person.email is not None
        try:
            with line.session.begin_nested():
                _decline(line, DeclineReason.NOT_NOW if has_other_way else DeclineReason.PAUSE)
        except _REFUSALS:
            pass  # answered in another way already; the wish not to be called holds all the same
    deskwork.never_call(line.session, line.message, actor=line.staff, now=line.now)
    return "Genoteerd. Wij bellen niet meer. Alles gaat voortaan per " + ("mail." if person.email else "brief.")


def _decline(line: Line, reason: DeclineReason) -> None:
    _note_proposal(line, reason.value)
    responses.decline(
        line.session,
        proposal_id=line.about("proposal"),
        actor=line.caller,
        now=line.now,
        reason=reason,
        pause_until=line.now + _LONG_PAUSE if reason is DeclineReason.PAUSE else None,
    )


def _note_proposal(line: Line, given: str) -> None:
    proposal = matches_queries.get_proposal(line.session, line.about("proposal"))
    deskwork.note_relay(line.session, proposal, actor=line.staff, answer=given, now=line.now)


def _note_match(line: Line, given: str) -> None:
    match = matches_queries.get_match(line.session, line.about("match"))
    deskwork.note_relay(line.session, match, actor=line.staff, answer=given, now=line.now)


def _drives(line: Line) -> str:
    _note_drives(line, "yes")
    answering.accept_day(line.session, driver_day_id=line.about("driver_day"), actor=line.caller, now=line.now)
    return "Het is geregeld. Wie meerijdt, hoort het nu."


def _drives_not(line: Line) -> str:
    for promise in _note_drives(line, "no"):
        answering.decline_ride(line.session, promise_id=promise.id, actor=line.caller, now=line.now)
    return "Genoteerd. Wij plannen iemand anders."


def _note_drives(line: Line, given: str) -> Sequence[Promise]:
    asked = rides_queries.list_promises_of_day(line.session, line.about("driver_day"), PromiseStatus.PROPOSED)
    for promise in asked:
        history.about_promise(
            line.session,
            EventKind.PROPOSAL_RELAYED,
            promise,
            at=line.now,
            acting_as=ActingAs.STAFF,
            actor_id=line.staff.person_id,
            answer=given,
            channel=NoticeChannel.TELEPHONE.value,
        )
    return asked


def _stands_in(line: Line) -> str:
    seeking.answer_standby(line.session, ask_id=line.about("standby"), is_yes=True, actor=line.caller, now=line.now)
    return "Het is geregeld. De rit is van deze chauffeur."


def _stands_not_in(line: Line) -> str:
    seeking.answer_standby(line.session, ask_id=line.about("standby"), is_yes=False, actor=line.caller, now=line.now)
    return "Genoteerd. Wij vragen iemand anders."


def _parent_agrees(line: Line) -> str:
    waiter = parents.give(
        line.session,
        consent_id=line.about("parental"),
        now=line.now,
        channel=Channel.TELEPHONE,
        recorded_by_id=line.staff.person_id,
    )
    if waiter is not None:
        signing.ask_link(
            line.session,
            email=waiter.email,
            municipality_id=waiter.municipality_id,
            now=line.now,
            draft_id=waiter.draft_id,
        )
    return "Genoteerd. Het kind krijgt nu een mail om mee te doen."


def _parent_disagrees(line: Line) -> str:
    parents.refuse(line.session, consent_id=line.about("parental"), now=line.now, recorded_by_id=line.staff.person_id)
    return "Genoteerd. Wij hebben gewist wat het kind invulde."


def _may_give_way(line: Line) -> str:
    return _relaxation(line, is_yes=True)


def _may_not_give_way(line: Line) -> str:
    return _relaxation(line, is_yes=False)


def _relaxation(line: Line, *, is_yes: bool) -> str:
    history.about_request(
        line.session,
        EventKind.PROPOSAL_RELAYED,
        requests_queries.get_request(line.session, line.about("request")),
        at=line.now,
        acting_as=ActingAs.STAFF,
        actor_id=line.staff.person_id,
        person_id=line.message.person_id,
        answer="yes" if is_yes else "no",
        channel=NoticeChannel.TELEPHONE.value,
    )
    relaxing.answer(line.session, question_id=line.about("question"), is_yes=is_yes, actor=line.caller, now=line.now)
    return "Genoteerd. Wij zoeken meteen ruimer." if is_yes else "Genoteerd. Wij zoeken verder zoals het was."


def _buddy_yes(line: Line) -> str:
    """Would like to meet, goes on, or finds what is agreed good: whichever is asked now."""
    trajectory_id = line.about("trajectory")
    if line.message.kind is NoticeKind.BUDDY_GOAL:
        agreeing.agree(line.session, trajectory_id=trajectory_id, actor=line.caller, now=line.now)
        return "Genoteerd. Zegt de ander ook ja? Dan geldt de afspraak."
    _buddy_says(line, trajectory_id, is_yes=True)
    return "Genoteerd. De buddycoördinator gaat verder."


def _buddy_no(line: Line) -> str:
    _buddy_says(line, line.about("trajectory"), is_yes=False)
    return "Genoteerd. De ander hoort niet waarom."


def _buddy_says(line: Line, trajectory_id: UUID, *, is_yes: bool) -> None:
    act = introducing.answer if line.message.kind is NoticeKind.BUDDY_QUESTION else introducing.go_on
    act(line.session, trajectory_id=trajectory_id, is_yes=is_yes, actor=line.caller, now=line.now)


def _how_it_goes(line: Line) -> str:
    assert line.talk is not None
    talks.answer(
        line.session,
        talk_id=line.about("talk"),
        said=line.talk,
        actor=line.caller,
        now=line.now,
        channel=Channel.TELEPHONE,
    )
    return "Dank u wel. Alleen de buddycoördinator leest het."


def _garden_yes(line: Line) -> str:
    return _garden(line, is_yes=True)


def _garden_no(line: Line) -> str:
    return _garden(line, is_yes=False)


def _garden(line: Line, *, is_yes: bool) -> str:
    """The yes or no to a group for the garden: typed in by staff, so assisted."""
    day_id, request_id = line.about("garden_day"), line.about("request")
    garden_days.answer(
        line.session, day_id=day_id, request_id=request_id, is_yes=is_yes, actor=line.staff, now=line.now
    )
    return "Genoteerd. De groep krijgt bericht." if is_yes else "Genoteerd. Wij zoeken verder zoals het was."


_ACTS: Final[Mapping[str, Callable[[Line], str]]] = {
    TOLD: _told,
    REPLIES: _reply,
    NO_REMINDERS: _no_reminders,
    "ja": _yes,
    "nu-niet": _not_now,
    "dit-niet": _not_this,
    "prima": _confirm,
    "liever-niet": _object,
    "deze": _choose,
    "een-ander": _refuse,
    "past": _agree_date,
    "gedaan": _done,
    SO_IT_WAS: _how_it_was,
    SO_IT_GOES: _how_it_goes,
    BUDDY_YES: _buddy_yes,
    BUDDY_NO: _buddy_no,
    DRIVES: _drives,
    DRIVES_NOT: _drives_not,
    STANDS_IN: _stands_in,
    STANDS_NOT_IN: _stands_not_in,
    PARENT_AGREES: _parent_agrees,
    PARENT_DISAGREES: _parent_disagrees,
    MAY_GIVE_WAY: _may_give_way,
    MAY_NOT_GIVE_WAY: _may_not_give_way,
    GARDEN_YES: _garden_yes,
    GARDEN_NO: _garden_no,
}
_OF_KIND: Final[Mapping[str, frozenset[str]]] = {
    "proposal": frozenset({"ja", "nu-niet", "dit-niet"}),
    "match_for_requester": frozenset({"prima", "liever-niet"}),
    "yes_waits": frozenset({"deze", "een-ander"}),
    "date_proposed": frozenset({"past"}),
    "nudge": frozenset({"gedaan"}),
    "how_was_it": frozenset({SO_IT_WAS}),
    "message_received": frozenset({REPLIES}),
    "occurrence_reminder": frozenset({NO_REMINDERS}),
    "buddy_talk": frozenset({SO_IT_GOES}),
    "buddy_question": frozenset({BUDDY_YES, BUDDY_NO}),
    "buddy_go_on": frozenset({BUDDY_YES, BUDDY_NO}),
    "buddy_goal": frozenset({BUDDY_YES}),
    "parent_asked": frozenset({PARENT_AGREES, PARENT_DISAGREES}),
    "driver_day": frozenset({DRIVES, DRIVES_NOT}),
    "standby_ask": frozenset({STANDS_IN, STANDS_NOT_IN}),
    "relaxation_asked": frozenset({MAY_GIVE_WAY, MAY_NOT_GIVE_WAY}),
    "garden_day_asked": frozenset({GARDEN_YES, GARDEN_NO}),
}
