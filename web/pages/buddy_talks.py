"""The talks with the two of a trajectory, each apart, as the coordinator reads them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from marketplace.buddies.talks import Question, Reply
from marketplace.models import BuddySide, BuddyTalk, TalkStatus
from web.labels import buddies as words
from web.labels.requests import StatusTag

Choice = tuple[str, str]
SIDES: Final = {BuddySide.RESIDENT: "bewoner", BuddySide.BUDDY: "buddy"}


@dataclass(frozen=True)
class TalkLine:
    """One talk of one side, with what was said."""

    talk_id: str
    week: str
    side: str
    status: StatusTag
    answers: tuple[Choice, ...]
    remark: str
    # Waits until the coordinator has read it.
    is_unread: bool


def talk_line(talk: BuddyTalk) -> TalkLine:
    """One talk in words."""
    questions = words.questions_for(talk.side)
    answers = tuple(
        (questions[Question(name)], words.REPLIES[Reply(reply)])
        for name, reply in talk.answers.items()
        if name in set(Question)
    )
    is_unread = talk.is_worrying and talk.seen_at is None
    tag = StatusTag(words.TALKS[talk.status], "good" if talk.status is TalkStatus.HELD else "neutral")
    if talk.status is TalkStatus.ASKED:
        tag = StatusTag("gevraagd", "waiting")
    if talk.is_worrying:
        tag = StatusTag("lees dit" if is_unread else "gelezen", "attention" if is_unread else "warm")
    return TalkLine(str(talk.id), f"Week {talk.week}", SIDES[talk.side], tag, answers, talk.remark, is_unread)


def list_weeks(talks: Sequence[TalkLine]) -> tuple[tuple[Any, ...], ...]:
    """A row for each week of talks: the week, how it stands with the buddy, and with the resident."""
    rows: dict[str, dict[str, StatusTag]] = {}
    for talk in talks:
        rows.setdefault(talk.week, {})[talk.side] = talk.status
    sides = [SIDES[BuddySide.BUDDY], SIDES[BuddySide.RESIDENT]]
    return tuple((week, *(found.get(side, "–") for side in sides)) for week, found in rows.items())
