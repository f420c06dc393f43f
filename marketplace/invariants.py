"""What must hold of the database at every moment: each a question with the findings as its answer.

The constraints forbid most of it. That they were there, that nobody wrote past them, and that a disk gave back what it
was given, is what `python -m marketplace verify` shows, and what tests ask after every fault. Findings name ids only.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlmodel import Session

from marketplace import file_looks, ownership
from marketplace.ages import needs_parent
from marketplace.models import NoticeKind, PromiseStatus, RideLeg, RideStatus
from marketplace.queries import blocks, conversations, garden_days, moderation, organisations, shifts, vacancies
from marketplace.queries import buddies as buddy_rows
from marketplace.queries import buddy_invariants as buddy_queries
from marketplace.queries import invariants as queries
from marketplace.queries import ride_invariants as ride_queries
from marketplace.queries import series_invariants as series_queries
from marketplace.queries import young_invariants as young_queries
from marketplace.trips import legs_of

# Two machines need not agree on the second; minutes are wrong.
SKEW: Final = timedelta(minutes=5)
# The engine looks again within a night, a person acts within a working day and a long weekend.
ENGINE_LOOKS: Final = timedelta(days=1)
PERSON_ACTS: Final = timedelta(days=7)
# An appeal, or a text that is to be changed: five working days, with holidays between.
DECIDES: Final = timedelta(days=12)
# Between two talks on the way with a buddy lie weeks, in which nobody needs to do anything.
LONGEST_QUIET: Final = timedelta(weeks=26)
# What was given back in vain comes back to a person within a minute; a night of repairs is no finding.
TAKEN_BACK: Final = timedelta(days=1)


@dataclass(frozen=True)
class Finding:
    """One thing that cannot be, and the invariant that says so."""

    invariant: str
    what: str

    def __str__(self) -> str:
        return f"{self.invariant}: {self.what}"


Question = Callable[[Session, datetime], Iterable[str]]


def no_slot_is_promised_twice(session: Session, _now: datetime) -> Iterator[str]:
    """A slot has one standing match, and a volunteer one slot of a request."""
    for request_id, number, count in queries.list_slots_promised_twice(session):
        yield f"slot {number} of request {request_id} has {count} standing matches"
    for request_id, person_id, count in queries.list_pairs_matched_twice(session):
        yield f"person {person_id} has {count} places in request {request_id}"


def nobody_has_more_than_their_room(session: Session, _now: datetime) -> Iterator[str]:
    """A volunteer's running matches are as many as is written down, and never more than they have room for."""
    for offer_id, engaged, capacity, running in queries.list_offers_counted_wrong(session):
        yield f"offer {offer_id} is said to have {engaged} of {capacity} running, and has {running}"


def offers_say_what_their_rows_say(session: Session, _now: datetime) -> Iterator[str]:
    """What an offer says in brief is what its rows of skills and availability say."""
    for offer_id, said, rows in queries.list_offers_in_brief(session):
        if said != rows:
            yield f"offer {offer_id} says in brief what its rows do not"


def every_open_request_is_somebodys(session: Session, now: datetime) -> Iterator[str]:
    """An open request has an owner, the engine or one of the staff, and a moment soon at which something happens."""
    for request_id, owner_id, next_moment_at, respond_by, is_staff, rung in queries.list_open_requests(session):
        if owner_id is not None and not is_staff:
            yield f"request {request_id} belongs to {owner_id}, who is no staff there"
        if owner_id is not None and rung in ownership.BELOW_PEOPLE:
            yield f"request {request_id} belongs to {owner_id}, and its ladder says {rung}"
        latest = now + PERSON_ACTS if owner_id else max(respond_by, now) + ENGINE_LOOKS
        if next_moment_at > latest:
            yield f"request {request_id} waits until {next_moment_at:%Y-%m-%d %H:%M}Z, past {latest:%Y-%m-%d %H:%M}Z"


def nothing_is_escalated_to_nobody(session: Session, now: datetime) -> Iterator[str]:
    """What was handed over lies with a person, or was given back within its time; unless nobody works there at all."""
    staffed = queries.list_staffed_municipalities(session, now)
    for row in queries.list_escalated_to_nobody(session, responded_before=now - TAKEN_BACK):
        if row.municipality_id in staffed:
            yield f"request {row.id} was handed over and is nobody's, and its time was over at {row.respond_by}"


def states_agree(session: Session, _now: datetime) -> Iterator[str]:
    """Requests, slots, matches and proposals tell the same story."""
    for request_id in queries.list_requests_ended_wrong(session):
        yield f"request {request_id} and its slots disagree about its end"
    for request_id, number, slot, match in queries.list_slots_out_of_step(session):
        yield f"slot {number} of request {request_id} is {slot}, its match {match or 'is not there'}"
    for match_id, status in queries.list_matches_out_of_step(session):
        yield f"match {match_id} is {status}, but its proposal or its moments say otherwise"
    for proposal_id, status in queries.list_proposals_out_of_step(session):
        yield f"proposal {proposal_id} is {status}, but its request or match says otherwise"


def organisations_are_somebodys(session: Session, _now: datetime) -> Iterator[str]:
    """An organisation has an owner, a shift is of the organisation of its vacancy, an activity counts who comes."""
    for organisation_id in organisations.list_without_owner(session):
        yield f"organisation {organisation_id} has no owner"
    for request_id in vacancies.list_foreign_shifts(session):
        yield f"request {request_id} is a shift of another organisation's vacancy"
    for activity_id, said, number in organisations.list_activities_counted_wrong(session):
        yield f"activity {activity_id} says that {said} come along, and there are {number}"


def nobody_is_in_two_places(session: Session, _now: datetime) -> Iterator[str]:
    """Nobody has two shifts at one time, and who is asked from a waiting list has something to answer."""
    for person_id, one, other in shifts.list_double_booked(session):
        yield f"person {person_id} has the requests {one} and {other} at the same time"
    for place_id, proposal in vacancies.list_lists_out_of_step(session):
        yield f"waiting place {place_id} is asked, and its proposal is {proposal}"


def every_match_happened_once_and_was_told(session: Session, _now: datetime) -> Iterator[str]:
    """A match has one event, of the moment it was made, and a message for either side."""
    for match_id, count in queries.list_matches_told_wrong(session):
        yield f"match {match_id} has {count} events of its making, or one of another moment"
    # Without who it was told to: a file that became part of another one's is named by its own id for ever.
    volunteers = {key.rpartition(":")[0] for key in queries.list_occasions(session, NoticeKind.MATCH_FOR_VOLUNTEER)}
    askers = {key.rpartition(":")[0] for key in queries.list_occasions(session, NoticeKind.MATCH_FOR_REQUESTER)}
    for match_id, _ in queries.list_match_people(session):
        if f"{NoticeKind.MATCH_FOR_VOLUNTEER.value}:{match_id}" not in volunteers:
            yield f"match {match_id} was never told to its volunteer"
        if f"{NoticeKind.MATCH_FOR_REQUESTER.value}:{match_id}" not in askers:
            yield f"match {match_id} was never told to who asked"


def no_message_without_a_cause(session: Session, _now: datetime) -> Iterator[str]:
    """A message goes to somebody and is about things that are there."""
    there = {name: queries.list_ids(session, table) for name, table in queries.ABOUT.items()}
    for message_id, subject, is_addressed in queries.iterate_subjects(session):
        if not is_addressed:
            yield f"message {message_id} goes to nobody"
        for name in there.keys() & subject.keys():
            if subject[name] not in there[name]:
                yield f"message {message_id} is about {name} {subject[name]}, which is not there"


def looks_are_chained(session: Session, _now: datetime) -> Iterator[str]:
    """Nobody changed or took out a line of who looked at whom."""
    for looks in queries.list_chains(session):
        for seq in file_looks.find_broken(looks):
            yield f"look {seq} does not follow from the one before it"


def who_was_erased_is_gone(session: Session, _now: datetime) -> Iterator[str]:
    """Somebody who left for good has no address, no sign-in, and nothing that runs."""
    for person_id in queries.list_erased_but_there(session):
        yield f"person {person_id} was erased and is still there"


def times_are_in_order(session: Session, _now: datetime) -> Iterator[str]:
    """Nothing ends before it began."""
    for table, earlier, later in queries.IN_ORDER:
        for *key, first, second in queries.list_out_of_order(session, table, earlier, later):
            if first - second > SKEW:
                yield f"{table.__tablename__} {' '.join(map(str, key))}: {later} lies before {earlier}"


def every_reference_leads_somewhere(session: Session, _now: datetime) -> Iterator[str]:
    """No row points at one that is not there."""
    for table, columns, count in queries.count_broken_references(session):
        yield f"{table}: {count} rows whose {columns} points at nothing"


def the_file_is_whole(session: Session, _now: datetime) -> Iterable[str]:
    """What is on the disk is what was written (SQLite)."""
    return queries.check_file(session)


def every_open_ride_is_somebodys(session: Session, now: datetime) -> Iterator[str]:
    """An open ride has the planning or one of the staff, a moment at which it is looked at, and is given up in time."""
    for ride_id, _, _, owner_id, is_staff, next_moment_at, last_at in ride_queries.list_open_rides(session):
        if owner_id is not None and not is_staff:
            yield f"ride {ride_id} belongs to {owner_id}, who is no staff there"
        if next_moment_at > max(last_at, now) + ENGINE_LOOKS:
            yield f"ride {ride_id} waits until {next_moment_at:%Y-%m-%d %H:%M}Z, past its own time"
    for ride_id in ride_queries.list_overdue(session, now - ENGINE_LOOKS):
        yield f"ride {ride_id} was never driven and never given up"


def rides_and_promises_agree(session: Session, _now: datetime) -> Iterator[str]:
    """What a ride is follows from who promised to drive it; of a ride that is over nobody is bound."""
    standing: dict[Any, dict[RideLeg, PromiseStatus]] = {}
    for ride_id, leg, status in ride_queries.list_standing(session):
        standing.setdefault(ride_id, {})[leg] = status
    for ride_id, status, return_mode, *_ in ride_queries.list_open_rides(session):
        promised = standing.get(ride_id, {})
        is_whole = set(promised) == set(legs_of(return_mode))
        is_sure = PromiseStatus.PROPOSED not in promised.values()
        wanted = RideStatus.ASKED if not is_whole else RideStatus.AGREED if is_sure else RideStatus.PLANNED
        if status is not wanted:
            yield f"ride {ride_id} is {status}, and by its promises {wanted}"
    for promise_id in ride_queries.list_live_promises_of_ended(session):
        yield f"promise {promise_id} goes on, and its ride does not"
    for ride_id in ride_queries.list_ended_wrong(session):
        yield f"ride {ride_id} and its end do not agree"


def no_driver_is_in_two_places(session: Session, now: datetime) -> Iterator[str]:
    """Every minute of a duty that is still to come is taken, and no other."""
    for day, taken in ride_queries.list_days_with_minutes(session, now.date() + timedelta(days=1)):
        wanted = sum(duty["back_home"] - duty["leave_home"] for duty in day.duties)
        if wanted != taken:
            yield f"driver day {day.id} takes {taken} minutes, and has duties of {wanted}"


def every_drive_is_paid_once(session: Session, _now: datetime) -> Iterator[str]:
    """What was driven on a day that was counted has its cost; nothing else has."""
    for promise_id in ride_queries.list_costs_wrong(session):
        yield f"promise {promise_id} and its cost do not agree"


def every_garden_day_has_a_next_moment(session: Session, now: datetime) -> Iterator[str]:
    """A garden day that runs is looked at in time, and its gardens tell the same story as its requests."""
    for day_id in garden_days.list_days_of_nobody(session, now, PERSON_ACTS):
        yield f"garden day {day_id} runs, and nothing happens to it any more"
    for day_id, request_id, status in garden_days.list_gardens_out_of_step(session):
        yield f"garden {request_id} of day {day_id} is {status}, but its day or its match says otherwise"


def every_time_of_a_series_is_cared_for(session: Session, now: datetime) -> Iterator[str]:
    """To each somebody comes, or somebody is sought, or it was said that there is nobody; and somebody looks at it."""
    for occurrence_id in series_queries.list_uncared_for(session, now):
        yield f"occurrence {occurrence_id} has nobody, and nobody is sought"
    for series_id in series_queries.list_overdue(session, now - ENGINE_LOOKS):
        yield f"series {series_id} was not looked at for a day"


def series_and_their_people_agree(session: Session, now: datetime) -> Iterator[str]:
    """Who comes to a time has a match for it; of a series that ended nothing goes on; nobody is sought twice."""
    for occurrence_id in series_queries.list_wrongly_given(session, now):
        yield f"occurrence {occurrence_id} has somebody without a match that runs"
    for occurrence_id in series_queries.list_running_for_ended(session):
        yield f"occurrence {occurrence_id} goes on, and its series does not"
    for occurrence_id in series_queries.list_searched_twice(session):
        yield f"occurrence {occurrence_id} is sought for more than once, or is not there"


def who_wants_apart_is_apart(session: Session, _now: datetime) -> Iterator[str]:
    """Nobody is asked for, or helps, whom one of them blocked; nor does anybody whose account is blocked."""
    for one, other in blocks.list_met_all_the_same(session):
        yield f"persons {one} and {other} meet, and one blocked the other"
    for row in buddy_rows.list_wanting_apart(session):
        if row.blocker_id is not None:
            yield f"introduction {row.introduction_id} goes on, and one of the two blocked the other"
    for person_id in blocks.list_suspended_but_busy(session):
        yield f"person {person_id} is blocked, and helps or is asked"


def every_report_is_somebodys(session: Session, now: datetime) -> Iterator[str]:
    """What was reported, and every appeal, lies with one of the staff who acts soon; unless nobody works there."""
    staffed = queries.list_staffed_municipalities(session, now)
    for report_id, municipality_id in moderation.list_without_owner(session):
        if municipality_id in staffed:
            yield f"report {report_id} is nobody's"
    for what, id_, owner_id, next_at in moderation.list_owned(session):
        if next_at > now + DECIDES:
            yield f"{what} {id_} of {owner_id} waits until {next_at:%Y-%m-%d %H:%M}Z"


def messages_are_of_the_two(session: Session, _now: datetime) -> Iterator[str]:
    """Who wrote in a conversation was the side that it says."""
    for message_id in conversations.list_not_told(session):
        yield f"message {message_id} was written by neither of the two"


def no_child_helps_without_a_parent(session: Session, now: datetime) -> Iterator[str]:
    """Under sixteen nobody offers without a parent's yes, stands on the public list, or is alone in a home unseen."""
    # A birthday is at midnight by the clock in Oosterhout: who is a day too young or too old is told apart there.
    for offer_id, born_on, is_public, has_consent in young_queries.list_offers_of_minors(session):
        if needs_parent(born_on, now) and not has_consent:
            yield f"offer {offer_id} is of a child, and no parent agreed"
        if needs_parent(born_on, now) and is_public:
            yield f"offer {offer_id} is of a child, and everybody may read it"
    for match_id, born_on, made_at in young_queries.list_homes_of_minors(session):
        if needs_parent(born_on, made_at):
            yield f"match {match_id} brings a child into a home, and nobody looked at it"
    for consent_id in young_queries.list_overdue(session, now - ENGINE_LOOKS):
        yield f"parental consent {consent_id} was never answered and never forgotten"


def every_trajectory_is_somebodys(session: Session, now: datetime) -> Iterator[str]:
    """An open trajectory has somebody of the staff, and a moment; once that has passed, they were told of it."""
    staffed = queries.list_staffed_municipalities(session, now)
    for one, where, owner_id, is_staff, next_moment_at, told_at in buddy_queries.list_open(session):
        if owner_id is None and where in staffed:
            yield f"trajectory {one} is nobody's"
        if owner_id is not None and not is_staff:
            yield f"trajectory {one} belongs to {owner_id}, who is no staff there"
        if next_moment_at > now + LONGEST_QUIET:
            yield f"trajectory {one} waits until {next_moment_at:%Y-%m-%d %H:%M}Z"
        is_late = next_moment_at < now - PERSON_ACTS
        if is_late and where in staffed and (told_at is None or told_at < now - PERSON_ACTS):
            yield f"trajectory {one} was due at {next_moment_at:%Y-%m-%d %H:%M}Z, and nobody hears of it"


def trajectories_and_introductions_agree(session: Session, _now: datetime) -> Iterator[str]:
    """A trajectory is where its two people are, and the beginning of a pair was written down once."""
    for one, status, introduced in buddy_queries.list_out_of_step(session):
        yield f"trajectory {one} is {status}, who is introduced in it {introduced or 'is not there'}"
    for one in buddy_queries.list_begun_told_wrong(session):
        yield f"introduction {one} and the event of its beginning do not agree"


def no_talk_is_lost_or_doubled(session: Session, now: datetime) -> Iterator[str]:
    """Both sides are asked in the same weeks, in time, and while they are a pair."""
    for introduction_id, week, count in buddy_queries.list_talks_one_sided(session):
        yield f"introduction {introduction_id} has {count} talks in week {week}"
    for talk_id in buddy_queries.list_talks_astray(session, now - ENGINE_LOOKS):
        yield f"talk {talk_id} is still to be held, and nobody will"


INVARIANTS: Final[tuple[Question, ...]] = (
    the_file_is_whole,
    every_reference_leads_somewhere,
    no_slot_is_promised_twice,
    nobody_has_more_than_their_room,
    offers_say_what_their_rows_say,
    every_open_request_is_somebodys,
    nothing_is_escalated_to_nobody,
    states_agree,
    organisations_are_somebodys,
    nobody_is_in_two_places,
    every_match_happened_once_and_was_told,
    no_message_without_a_cause,
    every_open_ride_is_somebodys,
    rides_and_promises_agree,
    no_driver_is_in_two_places,
    every_drive_is_paid_once,
    every_garden_day_has_a_next_moment,
    every_time_of_a_series_is_cared_for,
    series_and_their_people_agree,
    who_wants_apart_is_apart,
    every_report_is_somebodys,
    messages_are_of_the_two,
    no_child_helps_without_a_parent,
    every_trajectory_is_somebodys,
    trajectories_and_introductions_agree,
    no_talk_is_lost_or_doubled,
    looks_are_chained,
    who_was_erased_is_gone,
    times_are_in_order,
)


def find_violations(session: Session, *, now: datetime) -> list[Finding]:
    """Ask every question, in one read of the database."""
    return [Finding(question.__name__, what) for question in INVARIANTS for what in question(session, now)]
