"""The forms of buddies: asking for one, answering, the five questions, and what the coordinator writes down."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from marketplace.buddies.asking import NewTrajectory
from marketplace.buddies.intake import Intake
from marketplace.buddies.talks import Question, Reply, TalkSaid
from marketplace.errors import InvalidInput
from marketplace.geocoding import EmbeddedGeocoder, Geocoder
from marketplace.intake import Described
from marketplace.models import BuddyGroup, BuddySide, Channel, Relation, TrajectoryEnding
from web.forms.reading import (
    Form,
    is_email,
    is_ticked,
    local_instant,
    read_day,
    read_line,
    read_many,
    read_minute,
    read_place,
    read_text,
)
from web.labels.buddies import KINDS

ASKED: Final = (
    "kind",
    "text",
    "for_whom",
    "agreed",
    "relation",
    "other_name",
    "other_telephone",
    "postcode",
    "first_name",
    "last_name",
    "email",
    "telephone",
)
MYSELF, ANOTHER = "mij", "ander"
_geocoder: Final[Geocoder] = EmbeddedGeocoder()


@dataclass(frozen=True)
class Other:
    """For whom somebody asks, and whether they know and want it."""

    described: Described
    relation: Relation
    is_agreed: bool


def keep(typed: Form) -> dict[str, str]:
    """What was typed in the form of asking, to show again or to keep in a draft."""
    return {name: (read_text if name == "text" else read_line)(typed, name) for name in ASKED}


def check(answers: Form, *, is_known: bool) -> dict[str, str]:
    """What is missing in the form, by field; whether it can be asked at all, `marketplace.buddies.asking` says."""
    problems = {}
    if read_line(answers, "kind") not in KINDS:
        problems["kind"] = "buddy_kind_missing"
    if read_line(answers, "for_whom") not in (MYSELF, ANOTHER):
        problems["for_whom"] = "buddy_for_whom_missing"
    if not read_text(answers, "text"):
        problems["text"] = "text_missing"
    problems |= _check_place(answers)
    if is_for_another(answers):
        problems |= _check_other(answers)
    if not is_known:
        if not read_line(answers, "first_name"):
            problems["first_name"] = "first_name_missing"
        if not is_email(read_line(answers, "email")):
            problems["email"] = "email_form"
    return problems


def is_for_another(answers: Form) -> bool:
    """Whether somebody asks in another's name."""
    return read_line(answers, "for_whom") == ANOTHER


def read_asked(answers: Form) -> NewTrajectory:
    """What was asked. Raises InvalidInput for a postcode that is none."""
    return NewTrajectory(
        skill_code=read_line(answers, "kind"),
        text=read_text(answers, "text"),
        place=read_place(read_line(answers, "postcode"), _geocoder),
        channel=Channel.WEB,
    )


def read_other(answers: Form) -> Other | None:
    """For whom is asked, where that is somebody else."""
    if not is_for_another(answers):
        return None
    relation = read_line(answers, "relation")
    return Other(
        described=Described(
            name=read_line(answers, "other_name"),
            telephone=read_line(answers, "other_telephone"),
            postcode="",
        ),
        relation=Relation(relation) if relation in set(Relation) else Relation.OTHER,
        is_agreed=read_line(answers, "agreed") == "ja",
    )


def _check_place(answers: Form) -> dict[str, str]:
    try:
        read_place(read_line(answers, "postcode"), _geocoder)
    except InvalidInput as wrong:
        return wrong.problems
    return {}


def _check_other(answers: Form) -> dict[str, str]:
    problems = {}
    if not read_line(answers, "other_name"):
        problems["other_name"] = "other_name_missing"
    if not read_line(answers, "other_telephone"):
        problems["other_telephone"] = "other_telephone_missing"
    if read_line(answers, "relation") not in set(Relation):
        problems["relation"] = "relation_missing"
    if read_line(answers, "agreed") != "ja":
        problems["agreed"] = "buddy_not_agreed"
    return problems


# --- on the way ------------------------------------------------------------------------------------------------------


def read_talk(typed: Form) -> TalkSaid:
    """Five answers, and perhaps a word. What is left out, `marketplace.buddies.talks` says."""
    replies = {question: read_line(typed, f"q_{question.value}") for question in Question}
    known = {one.value for one in Reply}
    return TalkSaid(
        answers={question: Reply(reply) for question, reply in replies.items() if reply in known},
        remark=read_text(typed, "remark"),
        wants_call=is_ticked(typed, "wants_call"),
    )


def keep_talk(typed: Form) -> dict[str, str]:
    """What was answered, to show again."""
    names = (*(f"q_{question.value}" for question in Question), "remark", "wants_call")
    return {name: read_line(typed, name) for name in names}


def on_fields(problems: dict[str, str]) -> dict[str, str]:
    """The problems of a talk at the fields of its form."""
    questions = {question.value for question in Question}
    return {f"q_{name}" if name in questions else name: code for name, code in problems.items()}


# --- the coordinator -------------------------------------------------------------------------------------------------


def read_moment(typed: Form, day: str, at: str) -> datetime | None:
    """A day and a time on the wall; None where one of them is none."""
    found, minute = read_day(read_line(typed, day)), read_minute(read_line(typed, at))
    return local_instant(found, minute) if found is not None and minute is not None else None


def read_morning(typed: Form, name: str) -> datetime | None:
    """Nine in the morning of a day."""
    found = read_day(read_line(typed, name))
    return local_instant(found, 9 * 60) if found is not None else None


def read_intake(typed: Form) -> Intake:
    """What the first talk brought."""
    return Intake(
        need=read_text(typed, "need"),
        wishes=read_text(typed, "wishes"),
        groups=frozenset(BuddyGroup(one) for one in read_many(typed, "groups") if one in set(BuddyGroup)),
        languages=tuple(read_many(typed, "languages")) or ("nl",),
    )


def read_ending(typed: Form) -> TrajectoryEnding | None:
    """How it ends before its time."""
    ending = read_line(typed, "ending")
    return TrajectoryEnding(ending) if ending in set(TrajectoryEnding) else None


def read_side(typed: Form) -> BuddySide | None:
    """Who of the two stops."""
    side = read_line(typed, "side")
    return BuddySide(side) if side in set(BuddySide) else None
