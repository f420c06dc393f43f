"""What goes to a coordinator, when, and with which words about why nobody was found."""

from __future__ import annotations

from collections.abc import Iterable, Sized
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction
from functools import lru_cache
from typing import Protocol

from matching.problem import Market, Request, as_utc
from matching.reasons import NearMiss, Relax, WhyNobody, nearest, why_nobody


@dataclass(frozen=True, slots=True)
class EscalationPolicy:
    """When a request goes to a coordinator: at the later of `before_respond_by_h` hours before respond-by and the
    instant at which `share_of_time` of the time from posting to respond-by has passed; at once where nobody can
    ever fit or everybody who could has been asked in vain; at respond-by at the latest."""

    before_respond_by_h: float = 48.0
    share_of_time: float = 2 / 3
    nearest_at_most: int = 3

    def __post_init__(self) -> None:
        if not self.before_respond_by_h >= 0:
            raise ValueError(f"before_respond_by_h must be at least 0, not {self.before_respond_by_h!r}")
        if not 0 <= self.share_of_time <= 1:
            raise ValueError(f"share_of_time must be between 0 and 1, not {self.share_of_time!r}")
        if self.nearest_at_most < 0:
            raise ValueError(f"nearest_at_most must be at least 0, not {self.nearest_at_most!r}")

    def due_at(self, posted_at: datetime, respond_by: datetime) -> datetime:
        """When a request with an empty slot is handed over, whatever its chances."""
        posted_at, respond_by = as_utc("posted_at", posted_at), as_utc("respond_by", respond_by)
        before = respond_by - timedelta(hours=self.before_respond_by_h)
        # Two thirds in floating point could fall a microsecond early, which would be premature: divide exactly.
        part = _part(respond_by - posted_at, self.share_of_time)
        return min(respond_by, max(before, posted_at + part))


@dataclass(frozen=True, slots=True)
class Escalation:
    """A request for a coordinator: why the engine finds nobody, and who would do if one thing gave way."""

    request: str
    reason: WhyNobody
    nearest: tuple[NearMiss, ...]


class Hope(Protocol):
    """Who could ever help; `candidates.Screen` and `standing.StandingView` know."""

    def look_up(self, requests: Iterable[Request]) -> None: ...

    def ever_fit(self, request: Request) -> Sized: ...

    def can_still_be_asked(self, request: Request) -> bool: ...


def escalate(market: Market, hope: Hope, now: datetime, policy: EscalationPolicy) -> tuple[Escalation, ...]:
    """Every request that is handed over now, with the reason and the nearest misses."""
    due = [
        request
        for request in market.requests.values()
        if needs_escalation(market, request)
        and (escalation_due(market, request, now, policy) or _is_hopeless(market, hope, request, now))
    ]
    return tuple(explain(market, request, now, policy) for request in due)


def explain(market: Market, request: Request, now: datetime, policy: EscalationPolicy) -> Escalation:
    """Why nobody was found for this request, and who almost fits."""
    return Escalation(
        request.id, why_nobody(market, request, now), nearest(market, request, now, limit=policy.nearest_at_most)
    )


def is_explained_nearby(found: Escalation, at_most: int, beyond_km: float) -> bool:
    """Whether everybody else would say the same, where the market had only who lives at most `beyond_km` outside
    their own reach: a reason that comes after the distance is found among those, and so are all whose reach would have
    to grow by no more than that."""
    if found.reason in (WhyNobody.NO_SKILL, WhyNobody.NO_QUALIFICATION):
        return False
    told = [miss for miss in found.nearest if miss.relax is Relax.MAX_KM]
    return len(told) == at_most and all(isinstance(miss.by, float) and miss.by < beyond_km for miss in told)


def escalation_due(market: Market, request: Request, now: datetime, policy: EscalationPolicy) -> bool:
    """Whether the time has come to hand over a request that still has an empty slot."""
    return needs_escalation(market, request) and now >= policy.due_at(market.posted_at[request.id], request.respond_by)


def needs_escalation(market: Market, request: Request) -> bool:
    """Whether the request has an empty slot and neither a coordinator nor an escalation yet."""
    is_ours = request.id not in market.held and request.id not in market.escalated
    return is_ours and market.free_slots(request) > 0


def _is_hopeless(market: Market, hope: Hope, request: Request, now: datetime) -> bool:
    """Whether nobody can ever fit, or everybody who could has been asked and none of them can still answer."""
    if len(hope.ever_fit(request)) == 0:
        return True
    return not market.open_for_request(request.id, now) and not hope.can_still_be_asked(request)


def _part(whole: timedelta, share: float) -> timedelta:
    """A share of a duration, rounded up to a whole microsecond; a share near a third or two thirds is taken as such."""
    exact = _exact(share)
    microseconds = whole // timedelta(microseconds=1)
    return timedelta(microseconds=-((-microseconds * exact.numerator) // exact.denominator))


@lru_cache(maxsize=16)
def _exact(share: float) -> Fraction:
    return Fraction(share).limit_denominator(1_000_000)
