"""The two rates, their cuts, and what is counted beside them: arithmetic over stories. Pure."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from marketplace.metrics.definitions import (
    NOBODY,
    Counts,
    Cut,
    Facts,
    Figures,
    Fill,
    Line,
    MatchEnd,
    MatchMade,
    Period,
    Row,
    Share,
    SlotAsked,
    SlotOutcome,
    Story,
    month_of,
)

_FILLABLE: Final = (SlotOutcome.UNMEDIATED, SlotOutcome.MEDIATED, SlotOutcome.EMPTY)


@dataclass(frozen=True, slots=True)
class _Match:
    """A match whose last yes fell in the period."""

    made: MatchMade
    keys: Mapping[Cut, str]


@dataclass(frozen=True, slots=True)
class _Slot:
    """A slot of a request that was posted in the period."""

    asked: SlotAsked
    keys: Mapping[Cut, str]


def figures_by_row(stories: Iterable[Story], period: Period, *, as_of: datetime) -> dict[Row, Figures]:
    """Everything, for the marketplace without rides, for rides, and for both."""
    every = tuple(stories)
    of_row = {
        Row.MARKETPLACE: [story for story in every if not story.facts.is_ride],
        Row.RIDES: [story for story in every if story.facts.is_ride],
        Row.BOTH: every,
    }
    return {row: _figures(chosen, period, as_of) for row, chosen in of_row.items()}


def _figures(stories: Sequence[Story], period: Period, as_of: datetime) -> Figures:
    matches = [match for story in stories for match in _matches_of(story, period)]
    slots = [slot for story in stories for slot in _slots_of(story, period)]
    return Figures(
        matches=unmediated_match_rate((match.made for match in matches), as_of=as_of),
        fill=unmediated_fill_rate(slot.asked for slot in slots),
        counts=_count(stories, matches, period, as_of),
        cuts={cut: _lines(cut, matches, slots, period, as_of) for cut in Cut},
    )


def unmediated_match_rate(matches: Iterable[MatchMade], *, as_of: datetime) -> Share:
    """Unmediated ÷ all matches whose objection time passed without objection."""
    counted = [match for match in matches if match.counts(as_of)]
    return Share(sum(not match.ruling.mediated for match in counted), len(counted))


def unmediated_fill_rate(slots: Iterable[SlotAsked]) -> Fill:
    """Slots whose last standing match is unmediated ÷ slots asked; see `definitions.Fill` for what is apart."""
    counted = Counter(slot.outcome for slot in slots)
    return Fill(
        rate=Share(counted[SlotOutcome.UNMEDIATED], sum(counted[outcome] for outcome in _FILLABLE)),
        withdrawn=counted[SlotOutcome.WITHDRAWN],
        still_running=counted[SlotOutcome.STILL_RUNNING],
    )


def _matches_of(story: Story, period: Period) -> Iterable[_Match]:
    for made in story.matches:
        if period.holds(made.made_at):
            yield _Match(made, _keys(story.facts, made.made_at, made.origin))


def _slots_of(story: Story, period: Period) -> Iterable[_Slot]:
    posted_at = story.facts.posted_at
    if posted_at is not None and period.holds(posted_at):
        for asked in story.slots:
            standing = story.find_match(asked.match_id)
            yield _Slot(asked, _keys(story.facts, posted_at, standing.origin if standing else NOBODY))


def _keys(facts: Facts, at: datetime, origin: str) -> dict[Cut, str]:
    return {
        Cut.MONTH: month_of(at),
        Cut.WORK_AREA: facts.work_area,
        Cut.NEIGHBOURHOOD: facts.neighbourhood,
        Cut.ASKER: facts.asker,
        Cut.CHANNEL: facts.channel,
        Cut.ORIGIN: origin,
    }


def _lines(
    cut: Cut, matches: Sequence[_Match], slots: Sequence[_Slot], period: Period, as_of: datetime
) -> tuple[Line, ...]:
    """A line for each key that occurs, in order; of months one for each of the period, empty or not."""
    matches_of: defaultdict[str, list[MatchMade]] = defaultdict(list)
    slots_of: defaultdict[str, list[SlotAsked]] = defaultdict(list)
    for match in matches:
        matches_of[match.keys[cut]].append(match.made)
    for slot in slots:
        slots_of[slot.keys[cut]].append(slot.asked)
    months = {month_of(month.begins_at): month for month in period.months()} if cut is Cut.MONTH else {}
    return tuple(
        Line(
            key=key,
            matches=unmediated_match_rate(matches_of[key], as_of=as_of),
            fill=unmediated_fill_rate(slots_of[key]),
            is_provisional=as_of < months.get(key, period).final_at,
        )
        for key in sorted({*matches_of, *slots_of, *months})
    )


def _count(stories: Iterable[Story], matches: Iterable[_Match], period: Period, as_of: datetime) -> Counts:
    made = [match.made for match in matches]
    ends = Counter(match.end for match in made)
    told = list(stories)
    posted = [story for story in told if story.facts.posted_at and period.holds(story.facts.posted_at)]
    return Counts(
        made=len(made),
        awaiting=sum(not match.is_objected and not match.counts(as_of) for match in made),
        objected=sum(match.is_objected for match in made),
        cancelled_by_requester=ends[MatchEnd.BY_REQUESTER],
        cancelled_by_volunteer=ends[MatchEnd.BY_VOLUNTEER],
        removed_by_staff=ends[MatchEnd.BY_STAFF],
        assisted=sum(match.counts(as_of) and match.ruling.assisted and not match.ruling.mediated for match in made),
        proposals=sum(period.holds(at) for story in told for at in story.proposed_at),
        requests_posted=len(posted),
        requests_escalated=sum(story.is_escalated for story in posted),
    )
