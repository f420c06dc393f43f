"""How likely is an answer, and how likely a yes: a prior for everybody, moved by what each person did before.

A chance of a yes is the product of two parts that can be told to anybody:

*does this person answer at all?* A Beta distribution that all volunteers share (it says which part usually answers,
and how much people differ), moved by this person's own answers and silences. What is long past counts less, so
somebody silent for a season is tried again.

*is the answer a yes?* A logistic regression shared by all (distance, how often asked this week, the kind of help),
then moved by this person's own yes and no: most by those to the same kind of help, less by those to other kinds.

How long people take to answer is one distribution shared by all. Age, name, language and gender are not looked at:
they are no arguments of anything here.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import exp, log
from typing import Final

import numpy as np

from matching.availability import local_day, local_midnight
from matching.events import Answer, DeclineReason
from matching.geography import FloatArray
from matching.habits_fit import MOST_QUIET_WEEKS, AcceptancePrior, Population, Sample, Stay, fit_population
from matching.problem import Request, SkillTable

__all__ = ["AcceptancePrior", "Ask", "Habits", "Listing"]

HOUR: Final = timedelta(hours=1)
WEEK: Final = timedelta(weeks=1)

# How much each reason for a "no" says of what somebody likes: "not now" says little about that, a pause nothing.
NO_WEIGHT: Final[dict[DeclineReason | None, float]] = {
    "not_this_kind": 1.0,
    "other": 1.0,
    None: 1.0,
    "too_far": 0.5,
    "not_now": 0.5,
    "pause": 0.0,
}
TOO_FAR_AGAIN: Final = 0.3  # what is left of the chance for a task about as far as one refused as too far


@dataclass(frozen=True, slots=True)
class Ask:
    """One time that somebody was asked, or offered of their own accord, and what came of it so far.

    `lately` counts the proposals in the 168 hours before. `answered_at` is None as well where only the answer is
    remembered, or where it came after the proposal was withdrawn; `is_over` where it is known that none will come.
    """

    request: str
    volunteer: str
    skill: str
    km: float
    lately: int
    asked_at: datetime
    answer: Answer | None = None
    reason: DeclineReason | None = None
    answered_at: datetime | None = None
    withdrawn_at: datetime | None = None
    is_own: bool = False
    is_over: bool = False

    @property
    def key(self) -> tuple[str, str, datetime]:
        return self.request, self.volunteer, self.asked_at


@dataclass(frozen=True, slots=True)
class Listing:
    """How long a request stood on the public list until its first match, or until it was over (None: still does)."""

    skill: str
    posted_at: datetime
    until: datetime | None = None
    by_offer: bool = False  # somebody offered of their own accord, and that was its first match


class Habits:
    """What is known of how people answer. Add what happens; ask for chances.

    What all share is fitted anew at every local midnight, to what was settled by then: the same market at the same
    moment gives the same chances, whether it was lived through or read from a database.

    Parameters
    ----------
    shared
        What all share, where it was fitted before, with the local midnight up to which it was. Then these habits may
        know the asks of a few people only, and tell nothing of another day: that raises ValueError.
    """

    def __init__(
        self,
        skills: SkillTable,
        prior: AcceptancePrior | None = None,
        asks: Iterable[Ask] = (),
        *,
        shared: tuple[datetime, Population] | None = None,
    ) -> None:
        self.prior = prior or AcceptancePrior()
        self._skills = skills
        self._areas = {skill.code: skill.work_area for skill in skills.values()}
        self._asks: dict[tuple[str, str, datetime], Ask] = {}
        self._of_volunteer: defaultdict[str, dict[tuple[str, str, datetime], Ask]] = defaultdict(dict)
        self._waiting: defaultdict[str, dict[tuple[str, str, datetime], Ask]] = defaultdict(dict)
        self._listings: dict[str, Listing] = {}
        self._known_since: dict[str, datetime] = {}
        self._told = 0
        self._shared = shared
        self._today: tuple[datetime, datetime] | None = None
        self._fitted: tuple[tuple[datetime, int], Population] | None = None
        for ask in asks:
            self.note(ask)

    def note(self, ask: Ask) -> None:
        """Somebody was asked, or what is known of that has changed."""
        key = ask.key
        self._asks[key] = ask
        self._of_volunteer[ask.volunteer][key] = ask
        if ask.answer is None and ask.withdrawn_at is None and not ask.is_over:
            self._waiting[ask.request][key] = ask
        elif ask.request in self._waiting:
            self._waiting[ask.request].pop(key, None)

    def note_known(self, volunteer_id: str, since: datetime) -> None:
        """Since when somebody is on the list; what was said first stands."""
        self._known_since.setdefault(volunteer_id, since)

    def note_listing(self, request_id: str, listing: Listing) -> None:
        """A request is open to offers, or no longer is."""
        self._listings[request_id] = listing

    def waiting(self, request_id: str) -> list[Ask]:
        """Who was asked for this request and has neither answered nor been called back."""
        return list(self._waiting.get(request_id, {}).values())

    def population(self, now: datetime) -> Population:
        """What all share, as fitted to everything settled before the last local midnight."""
        midnight = self._midnight_before(now)
        if self._shared is not None:
            if self._shared[0] != midnight:
                raise ValueError(f"now must lie in the day that began at {self._shared[0].isoformat()}, not {now!r}")
            return self._shared[1]
        key = midnight, self._told
        if self._fitted is None or self._fitted[0] != key:
            self._fitted = key, self._fit(midnight)
        return self._fitted[1]

    def _midnight_before(self, now: datetime) -> datetime:
        """Asked for thousands of times at one moment."""
        if self._today is None or self._today[0] != now:
            self._today = now, local_midnight(local_day(now))
        return self._today[1]

    def remember(self, ask: Ask) -> None:
        """An ask of long ago with what came of it; told at any time, so what all share is fitted anew."""
        self._told += 1
        self.note(ask)

    def answers(self, volunteer_id: str, now: datetime, *, lately: int = 0, but: Ask | None = None) -> float:
        """The chance that this volunteer, asked now, answers in the end; one ask may be left out of account."""
        population = self.population(now)
        spoke, silent = population.answer_alpha, population.answer_beta
        silent += population.quiet_week_silence * self._quiet_weeks(volunteer_id, now)
        for ask in self._of_volunteer.get(volunteer_id, {}).values():
            if ask is but:
                continue
            weight = self._weight(ask, now)
            if ask.answer is not None:
                spoke += weight
            else:
                silent += weight * self._silence(ask, now, population)
        return float(self.prior.fatigue_per_ask**lately * spoke / (spoke + silent))

    def says_yes(self, volunteer_id: str, skill: str, km: float, now: datetime, *, lately: int = 0) -> float:
        """The chance that an answer of this volunteer to such a task is a yes."""
        population = self.population(now)
        shared = 1 / (1 + exp(-population.yes_log_odds(skill, km, lately)))
        yes, total, has_said_far = population.yes_strength * shared, population.yes_strength, False
        for ask in self._of_volunteer.get(volunteer_id, {}).values():
            if ask.answer is None:
                continue
            weight = self._weight(ask, now) * self._likeness(ask.skill, skill)
            if ask.answer == "accepted":
                yes, total = yes + weight, total + weight
            else:
                total += weight * NO_WEIGHT[ask.reason]
                has_said_far |= ask.reason == "too_far" and km >= 0.9 * ask.km
        return float(yes / total * (TOO_FAR_AGAIN if has_said_far else 1.0))

    def chances(
        self, request: Request, volunteers: Sequence[str], km: FloatArray, lately: Sequence[int], now: datetime
    ) -> FloatArray:
        """The probability, shape (n,), that each volunteer asked now says yes in the end."""
        return np.array(
            [
                self.answers(v, now, lately=asked) * self.says_yes(v, request.skill, far, now, lately=asked)
                for v, far, asked in zip(volunteers, km.tolist(), lately, strict=True)
            ],
            dtype=np.float64,
        )

    def soon_shares(self, volunteers: Sequence[str], within_h: float, now: datetime) -> FloatArray:
        """Which part, shape (n,), of the answers of each volunteer comes within so many hours."""
        population = self.population(now)
        return np.array([population.answered_within(within_h / self._pace(v, now)) for v in volunteers])

    def no_offer_within(self, skill: str, hours: float, listed_h: float, now: datetime) -> float:
        """The chance that nobody offers of their own accord within so many hours for such a request.

        One that has stood on the list for `listed_h` hours without an offer is likely one that draws few: requests
        of a kind differ in that as a Gamma distribution of shape 1 does.
        """
        usual_h = 1 / self.population(now).offers_per_hour[skill]
        return (usual_h + listed_h) / (usual_h + listed_h + hours)

    def still_says_yes(self, ask: Ask, now: datetime) -> float:
        """The chance that a yes still comes from somebody asked earlier who has not answered yet."""
        population = self.population(now)
        answers = self.answers(ask.volunteer, now, lately=ask.lately, but=ask)
        elapsed = population.answered_within((now - ask.asked_at) / HOUR / self._pace(ask.volunteer, now))
        late = answers * (1 - elapsed) / (1 - answers * elapsed) if answers * elapsed < 1 else 0.0
        return late * self.says_yes(ask.volunteer, ask.skill, ask.km, now, lately=ask.lately)

    def _quiet_weeks(self, volunteer_id: str, now: datetime) -> float:
        """How long somebody stood on the list before they were asked; 0 for who offered of their own accord."""
        since, until = self._known_since.get(volunteer_id), now
        if since is None:
            return 0.0
        for ask in self._of_volunteer.get(volunteer_id, {}).values():
            if ask.asked_at <= now:
                if ask.is_own:
                    return 0.0
                until = min(until, ask.asked_at)
        return min(MOST_QUIET_WEEKS, max(0.0, (until - since) / WEEK))

    def _silence(self, ask: Ask, now: datetime, population: Population) -> float:
        """How much of a silence an unanswered ask is: it grows as more of all answers would have come by now."""
        if ask.is_over:
            return 1.0
        until = now if ask.withdrawn_at is None else min(now, ask.withdrawn_at)
        return population.answered_within((until - ask.asked_at) / HOUR)

    def _pace(self, volunteer_id: str, now: datetime) -> float:
        """How many times as long as others this volunteer takes to answer; 1 where that is not known."""
        typical, logs, count = self.population(now).typical_delay_h, 0.0, 0
        for ask in self._of_volunteer.get(volunteer_id, {}).values():
            if ask.answered_at is not None and not ask.is_own:
                logs += log(max(0.1, (ask.answered_at - ask.asked_at) / HOUR) / typical)
                count += 1
        return exp(logs / (count + self.prior.pace_strength))

    def _weight(self, ask: Ask, now: datetime) -> float:
        days = (now - ask.asked_at).total_seconds() / 86_400
        return float(2.0 ** (-max(0.0, days) / self.prior.memory_half_life_days))

    def _likeness(self, one: str, other: str) -> float:
        if one == other:
            return 1.0
        is_same_area = self._areas.get(one) == self._areas.get(other)
        return self.prior.same_area_weight if is_same_area else self.prior.other_kind_weight

    def _fit(self, midnight: datetime) -> Population:
        # Who was called back was spared an answer: neither a silence nor, if they answer all the same, like others.
        # In one order whatever the order in which things became known: sums of floats depend on it.
        known = (self._asks[key] for key in sorted(self._asks) if key[2] < midnight)
        samples = [self._sample(a, midnight) for a in known if a.withdrawn_at is None or a.withdrawn_at >= midnight]
        listings = (self._listings[request_id] for request_id in sorted(self._listings))
        listed = [_stay(listing, midnight) for listing in listings if listing.posted_at < midnight]
        return fit_population(self.prior, self._skills, samples, listed)

    def _sample(self, ask: Ask, midnight: datetime) -> Sample:
        """An ask as it was known at that midnight."""
        was_answered = ask.answer is not None and (ask.answered_at is None or ask.answered_at < midnight)
        was_answered = was_answered and ask.withdrawn_at is None
        delay = None if ask.answered_at is None or not was_answered else (ask.answered_at - ask.asked_at) / HOUR
        return Sample(
            volunteer=ask.volunteer,
            skill=ask.skill,
            km=ask.km,
            lately=ask.lately,
            answer=ask.answer if was_answered else None,
            delay_h=None if ask.is_own else delay,
            waited_h=np.inf if ask.is_over else (midnight - ask.asked_at) / HOUR,
            is_own=ask.is_own,
            quiet_weeks=self._quiet_weeks(ask.volunteer, ask.asked_at),
        )


def _stay(listing: Listing, midnight: datetime) -> Stay:
    """How long a request had stood on the list by that midnight, and whether an offer ended that."""
    is_over = listing.until is not None and listing.until < midnight
    until = listing.until if listing.until is not None and is_over else midnight
    return Stay(listing.skill, (until - listing.posted_at) / HOUR, is_over and listing.by_offer)
