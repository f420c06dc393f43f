"""A clock that stands still until a test moves it."""

from datetime import UTC, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

AMSTERDAM: Final = ZoneInfo("Europe/Amsterdam")

# A Tuesday in winter time, in the middle of the asking hours and far from the night the clock changes.
NOW: Final = datetime(2026, 3, 3, 10, 0, tzinfo=AMSTERDAM).astimezone(UTC)


class MovableClock:
    """Called, it tells the time; ``move`` and ``set`` change it. Shared with a server's threads without harm."""

    def __init__(self, now: datetime = NOW) -> None:
        self._now = now

    def __call__(self) -> datetime:
        return self._now

    def move(self, **by: float) -> datetime:
        """Let time pass: ``clock.move(hours=24, minutes=1)``. Elapsed time, not what a wall clock shows."""
        self._now += timedelta(**by)
        return self._now

    def set(self, now: datetime) -> datetime:
        if now.tzinfo is None:
            raise ValueError("an instant has a zone")
        self._now = now.astimezone(UTC)
        return self._now
