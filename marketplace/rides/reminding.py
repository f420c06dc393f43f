"""The evening before: who rides and who drives tomorrow are reminded, once."""

from datetime import datetime

from sqlmodel import Session

from marketplace.models import NoticeKind, PromiseStatus
from marketplace.policies import AMSTERDAM
from marketplace.queries import rides as queries
from marketplace.rides import publishing, steps
from marketplace.rides.policies import PLANNING, PlanningPolicy


def remind(session: Session, now: datetime, policy: PlanningPolicy = PLANNING) -> int:
    """Whoever agreed before the evening's reminders went hears it again. How many rides and days.

    Who agreed later than that has only just heard it.
    """
    reminded = 0
    for day in publishing.days_in_reach(now, policy):
        at = policy.reminds_at(day)
        if now < at or now.astimezone(AMSTERDAM).date() > day:
            continue
        for ride in queries.list_agreed_on(session, day, after=now):
            promises = queries.list_standing_promises(session, ride.id)
            if all(each.answered_at is not None and each.answered_at <= at for each in promises):
                key = steps.occasion(promises)
                steps.tell_passenger(session, NoticeKind.RIDE_REMINDER, ride, key=key, at=now)
                reminded += 1
        for driver_day in queries.list_driver_days_on(session, day):
            agreed = queries.list_promises_of_day(session, driver_day.id, PromiseStatus.ACCEPTED)
            coming = [each for each in agreed if each.pickup_at > now]
            if coming and all(each.answered_at is not None and each.answered_at <= at for each in coming):
                publishing.tell_driver(
                    session, NoticeKind.DRIVER_DAY_REMINDER, driver_day, now=now, key=str(driver_day.id)
                )
                reminded += 1
    return reminded
