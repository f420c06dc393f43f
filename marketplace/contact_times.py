"""When somebody hears what: quiet hours and fixed moments, by the clock on the wall. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from marketplace.models import ContactWishes, Digest
from marketplace.policies import AMSTERDAM
from matching.availability import next_local_minute


@dataclass(frozen=True)
class DigestPolicy:
    """At what minute of the day what waited goes out together, and on which weekday the weekly one (0 is Monday)."""

    minute: int = 9 * 60
    weekday: int = 0


DIGESTS: Final = DigestPolicy()


def quiet_until(wishes: ContactWishes | None, at: datetime) -> datetime | None:
    """When the quiet hours end in which this moment lies; None where it lies in none."""
    if wishes is None or wishes.quiet_from_minute is None or wishes.quiet_until_minute is None:
        return None
    local = at.astimezone(AMSTERDAM)
    minute = local.hour * 60 + local.minute
    begins, ends = wishes.quiet_from_minute, wishes.quiet_until_minute
    is_quiet = begins <= minute < ends if begins < ends else minute >= begins or minute < ends
    return next_local_minute(at, ends) if is_quiet else None


def next_digest(digest: Digest, at: datetime, policy: DigestPolicy = DIGESTS) -> datetime | None:
    """When what isn't urgent goes out together, after this moment; None for who wants it one by one."""
    if digest is Digest.SINGLE:
        return None
    moment = next_local_minute(at, policy.minute)
    while digest is Digest.WEEKLY and moment.astimezone(AMSTERDAM).weekday() != policy.weekday:
        moment = next_local_minute(moment + timedelta(hours=1), policy.minute)
    return moment
