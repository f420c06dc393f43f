"""Steps of trajectories that matter by themselves: whose it is, the list, papers, talks, the figures, and leaving."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import select

from marketplace import invariants, posting, privacy
from marketplace.asks import BUDDIES, NewRequest
from marketplace.buddies import agreeing, ending, intake, introducing, looking_after, talks, waiting
from marketplace.buddies.policies import BUDDY, BuddyPolicy
from marketplace.buddies.talks import Question, Reply, TalkSaid
from marketplace.errors import DoesNotFit, IllegalTransition, InvalidInput, NotFound
from marketplace.metrics.report import make_report
from marketplace.models import (
    Absence,
    BuddySide,
    Event,
    EventKind,
    IntroductionStatus,
    NoticeKind,
    OutboxMessage,
    Person,
    StaffRoleKind,
    TalkStatus,
    TrajectoryEnding,
    TrajectoryStatus,
)
from marketplace.permissions import Actor
from marketplace.queries import buddies as queries
from marketplace.queries.concerns import list_people_helped_by
from tests.support.buddy_builders import (
    BAD,
    GOOD,
    a_buddy,
    a_buddy_coordinator,
    a_trajectory,
    agreeing_pair,
    ask_talk,
    hold_talk,
    introduced,
    running,
    see_paper,
    talks_of,
    the_pair,
)
from tests.support.buddy_builders import (
    waiting as a_waiting,
)
from tests.support.builders import ALL_WEEK, a_coordinator, a_person, a_team_lead, on_duty, place, the_municipality
from tests.support.clock import AMSTERDAM, NOW

KEY = "only-for-the-tests"


def told(session, kind):
    return [one.person_id for one in session.exec(select(OutboxMessage).where(OutboxMessage.kind == kind))]


# --- whose it is ---------------------------------------------------------------------------------------------------


def test_from_the_first_second_it_is_somebodys(session, bo):
    trajectory = a_trajectory(session)
    assert trajectory.owner_id == bo.person_id
    assert NOW < trajectory.next_moment_at <= NOW + timedelta(days=1)


@pytest.mark.parametrize("who", ["on duty", "team lead", "nobody"])
def test_without_a_buddy_coordinator_it_is_whose_it_would_be_otherwise(session, who):
    expected = None
    if who != "nobody":
        expected = a_team_lead(session).person_id
    if who == "on duty":
        carla = a_coordinator(session)
        on_duty(session, carla)
        expected = carla.person_id
    trajectory = a_trajectory(session)
    assert trajectory.owner_id == expected
    if expected is None:
        late = a_buddy_coordinator(session, from_at=NOW)
        looking_after.look_after(session, NOW + timedelta(minutes=1))
        assert trajectory.owner_id == late.person_id


def test_absence_passes_on_and_gives_back(session, bo):
    ben = a_buddy_coordinator(session, "Ben")
    trajectory = a_trajectory(session)
    owner = trajectory.owner_id
    other = ben.person_id if owner == bo.person_id else bo.person_id
    session.add(
        Absence(
            municipality_id=trajectory.municipality_id,
            person_id=owner,
            from_at=NOW,
            until_at=NOW + timedelta(hours=5),
            noted_by_id=owner,
        )
    )
    looking_after.look_after(session, NOW + timedelta(minutes=1))
    assert trajectory.owner_id == other
    looking_after.look_after(session, NOW + timedelta(hours=6))
    assert trajectory.owner_id == owner


def test_what_nobody_does_goes_to_the_team_lead(session, bo):
    lead = a_team_lead(session)
    trajectory = a_trajectory(session)
    for hours in (25, 50, 80):
        looking_after.look_after(session, NOW + timedelta(hours=hours))
    assert trajectory.owner_id == lead.person_id


def test_only_who_works_on_it_may_do_anything(session, bo):
    trajectory = a_trajectory(session)
    for kind in (StaffRoleKind.COORDINATOR, StaffRoleKind.RIDE_PLANNER, StaffRoleKind.READER):
        with pytest.raises(NotFound):
            intake.take(session, trajectory_id=trajectory.id, actor=a_coordinator(session, kind=kind), now=NOW)


@pytest.mark.parametrize("skill", sorted(BUDDIES))
def test_the_engine_is_never_asked(session, skill):
    """By whatever door it comes: a request of this kind cannot be posted."""
    riet = a_person(session, "Riet")
    asked = NewRequest(skill, "Ik zoek iemand.", place(), 60, weekly=ALL_WEEK)
    with pytest.raises(InvalidInput) as refused:
        posting.post_request(
            session,
            asked,
            municipality=the_municipality(session),
            requester_id=riet.id,
            actor=Actor(riet.id),
            now=NOW,
        )
    assert refused.value.problems == {"skill": "skill_buddy"}


# --- introducing ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("papers", "days", "fits"),
    [
        pytest.param(("vog", "buddy_training"), None, True, id="both-for-ever"),
        pytest.param(("vog", "buddy_training"), 0, True, id="until-today"),
        pytest.param(("vog", "buddy_training"), -1, False, id="until-yesterday"),
        pytest.param(("vog",), None, False, id="no-training"),
        pytest.param(("buddy_training",), None, False, id="no-certificate"),
        pytest.param((), None, False, id="nothing-seen"),
    ],
)
@pytest.mark.parametrize("skill", ["company.buddy", "company.family"])
def test_only_trained_people_can_be_introduced(session, bo, papers, days, fits, skill):
    until = None if days is None else NOW.date() + timedelta(days=days)
    buddy = a_buddy(session, papers=papers, until=until)
    trajectory = a_waiting(session, bo, skill=skill)
    if fits:
        introducing.introduce(session, trajectory_id=trajectory.id, offer_id=buddy.id, actor=bo, now=NOW)
        assert trajectory.status is TrajectoryStatus.ACQUAINTING
    else:
        with pytest.raises(DoesNotFit):
            introducing.introduce(session, trajectory_id=trajectory.id, offer_id=buddy.id, actor=bo, now=NOW)


def test_somebody_is_the_buddy_of_one_at_a_time(session, bo):
    bas = a_buddy(session)
    introduced(session, bo, bas)
    second = a_waiting(session, bo, resident=a_person(session, "Kees"))
    with pytest.raises(DoesNotFit):
        introducing.introduce(session, trajectory_id=second.id, offer_id=bas.id, actor=bo, now=NOW)


def test_a_certificate_that_runs_out_before_the_beginning_holds_it_up_until_it_is_renewed(session, bo):
    bas = a_buddy(session, until=NOW.date() + timedelta(days=2))
    trajectory = agreeing_pair(session, bo, bas)
    later = NOW + timedelta(days=3)
    day = later.date() + timedelta(weeks=52)
    agreeing.propose(session, trajectory_id=trajectory.id, goal="Naar de markt.", ends_on=day, actor=bo, now=later)
    for one in (bas.person_id, trajectory.resident_id):
        agreeing.agree(session, trajectory_id=trajectory.id, actor=Actor(one), now=later)
    assert trajectory.status is TrajectoryStatus.ACQUAINTING
    for code in ("vog", "buddy_training"):
        see_paper(session, bas, code, until=day)
    looking_after.look_after(session, later + timedelta(hours=1))
    assert trajectory.status is TrajectoryStatus.RUNNING


def test_a_certificate_that_runs_out_on_the_way_is_told_in_time(session, bo):
    until = NOW.date() + timedelta(days=200)
    trajectory = running(session, bo, a_buddy(session, until=until))
    for talk in talks_of(session, trajectory):
        if talk.week <= 13:
            looking_after.look_after(session, talk.due_at)
            hold_talk(session, talk.id)
    before = len(told(session, NoticeKind.BUDDY_FOR_COORDINATOR))
    looking_after.look_after(session, NOW + timedelta(days=139))
    assert len(told(session, NoticeKind.BUDDY_FOR_COORDINATOR)) == before
    looking_after.look_after(session, NOW + timedelta(days=141))
    assert len(told(session, NoticeKind.BUDDY_FOR_COORDINATOR)) > before


def test_a_certificate_that_ends_soon_is_due_from_the_step_on_that_made_it_matter(session, bo):
    """Not from long before it: that would be late at once, and go past whoever made the step."""
    a_team_lead(session)
    trajectory = running(session, bo, a_buddy(session, until=NOW.date() + timedelta(days=5)))
    begun_at = NOW + timedelta(days=3)
    assert trajectory.next_moment_at == begun_at
    assert list(invariants.every_trajectory_is_somebodys(session, begun_at)) == []
    looking_after.look_after(session, begun_at)
    assert (trajectory.owner_id, trajectory.told_at) == (bo.person_id, begun_at)


def test_nobody_answered_in_time(session, bo):
    trajectory = introduced(session, bo, a_buddy(session))
    looking_after.look_after(session, NOW + timedelta(days=5, minutes=1))
    assert trajectory.status is TrajectoryStatus.WAITING
    assert the_pair(session, trajectory).status is IntroductionStatus.LAPSED


# --- on the way -----------------------------------------------------------------------------------------------------


def test_what_is_bad_is_told_at_once_and_what_is_good_is_not(session, bo):
    trajectory = running(session, bo, a_buddy(session))
    before = len(told(session, NoticeKind.BUDDY_FOR_COORDINATOR))
    hold_talk(session, ask_talk(session, trajectory, 2, BuddySide.BUDDY).id, GOOD)
    assert len(told(session, NoticeKind.BUDDY_FOR_COORDINATOR)) == before
    bad = next(one for one in talks_of(session, trajectory, BuddySide.RESIDENT) if one.week == 2)
    hold_talk(session, bad.id, BAD)
    assert len(told(session, NoticeKind.BUDDY_FOR_COORDINATOR)) == before + 1
    assert trajectory.next_moment_at == bad.held_at
    talks.see(session, talk_id=bad.id, actor=bo, now=NOW + timedelta(days=20))
    assert trajectory.next_moment_at > NOW + timedelta(days=20)


@pytest.mark.parametrize(
    ("question", "reply", "worries"),
    [(one, Reply.BAD, True) for one in Question]
    + [(one, Reply.SO_SO, one is Question.SAFE) for one in Question]
    + [(one, Reply.GOOD, False) for one in Question],
)
def test_which_answers_worry(question, reply, worries):
    said = TalkSaid(dict.fromkeys(Question, Reply.GOOD) | {question: reply})
    assert talks.is_worrying(said) is worries


def test_the_other_cannot_answer_ones_talk(session, bo):
    bas = a_buddy(session)
    trajectory = running(session, bo, bas)
    talk = ask_talk(session, trajectory, 2, BuddySide.RESIDENT)
    with pytest.raises(NotFound):
        talks.answer(session, talk_id=talk.id, said=GOOD, actor=Actor(bas.person_id), now=talk.due_at)
    with pytest.raises(InvalidInput):
        talks.answer(session, talk_id=talk.id, said=TalkSaid(), actor=Actor(talk.person_id), now=talk.due_at)


def test_who_had_a_buddy_waits_at_the_front_and_their_place_is_kept(session, bo):
    first = a_waiting(session, bo, resident=a_person(session, "Kees"))
    trajectory = running(session, bo, bas := a_buddy(session), now=NOW + timedelta(hours=1))
    ending.stop(session, trajectory_id=trajectory.id, actor=Actor(bas.person_id), now=NOW + timedelta(days=60))
    listed = queries.list_waiting(session, trajectory.municipality_id, "company.buddy")
    assert list(listed) == [trajectory.id, first.id]
    assert {talk.status for talk in talks_of(session, trajectory)} == {TalkStatus.DROPPED}
    assert set(told(session, NoticeKind.BUDDY_PARTED)) == {bas.person_id, trajectory.resident_id}


def test_both_agree_to_go_on_longer(session, bo):
    trajectory = running(session, bo, bas := a_buddy(session))
    pair, later = the_pair(session, trajectory), NOW + timedelta(weeks=48)
    day = pair.ends_on + timedelta(weeks=26)
    with pytest.raises(InvalidInput):
        shorter = pair.ends_on - timedelta(days=1)
        agreeing.propose(session, trajectory_id=trajectory.id, goal="Korter.", ends_on=shorter, actor=bo, now=later)
    agreeing.propose(session, trajectory_id=trajectory.id, goal="Verder.", ends_on=day, actor=bo, now=later)
    agreeing.agree(session, trajectory_id=trajectory.id, actor=Actor(bas.person_id), now=later)
    assert pair.ends_on != day
    agreeing.agree(session, trajectory_id=trajectory.id, actor=Actor(trajectory.resident_id), now=later)
    assert pair.ends_on == day
    assert [talk.week for talk in talks_of(session, trajectory, BuddySide.BUDDY)] == [2, 6, 13, 26, 39, 52, 65, 78]


def test_a_week_that_passed_before_both_agreed_to_go_on_is_asked_at_once(session, bo):
    """The period was over for a quarter of a year when they agreed: week 65 had been and gone."""
    trajectory = running(session, bo, bas := a_buddy(session))
    for talk in talks_of(session, trajectory):
        looking_after.look_after(session, talk.due_at)
    day, later = the_pair(session, trajectory).ends_on + timedelta(weeks=40), NOW + timedelta(weeks=67)
    agreeing.propose(session, trajectory_id=trajectory.id, goal="Verder.", ends_on=day, actor=bo, now=later)
    for one in (bas.person_id, trajectory.resident_id):
        agreeing.agree(session, trajectory_id=trajectory.id, actor=Actor(one), now=later)
    added = [talk for talk in talks_of(session, trajectory) if talk.week > 52]
    assert {(talk.week, talk.status, talk.asked_at) for talk in added} == {
        (65, TalkStatus.ASKED, later),
        (78, TalkStatus.PLANNED, None),
        (91, TalkStatus.PLANNED, None),
    }
    assert list(invariants.no_talk_is_lost_or_doubled(session, later)) == []


def test_ending_well_needs_words_and_happens_once(session, bo):
    trajectory = running(session, bo, a_buddy(session))
    with pytest.raises(InvalidInput) as refused:
        ending.end_well(session, trajectory_id=trajectory.id, look_back="", what_next="", actor=bo, now=NOW)
    assert set(refused.value.problems) == {"look_back", "what_next"}
    for _ in range(2):
        later = NOW + timedelta(weeks=50)
        ending.end_well(session, trajectory_id=trajectory.id, look_back="Fijn.", what_next="-", actor=bo, now=later)
    assert trajectory.ending is TrajectoryEnding.WELL
    with pytest.raises(IllegalTransition):
        intake.take(session, trajectory_id=trajectory.id, actor=bo, now=NOW)


@pytest.mark.parametrize("start", [date(2026, 3, 20), date(2026, 10, 16)])
def test_a_talk_keeps_its_hour_when_the_clock_changes(session, bo, start):
    now = NOW.replace(year=start.year, month=start.month, day=start.day)
    trajectory = running(session, bo, a_buddy(session), now=now)
    assert {talk.due_at.astimezone(AMSTERDAM).hour for talk in talks_of(session, trajectory)} == {10}


# --- counting -------------------------------------------------------------------------------------------------------


def stop_and_begin_anew(session, bo, trajectory):
    bas = the_pair(session, trajectory)
    ending.stop(session, trajectory_id=trajectory.id, actor=Actor(bas.person_id), now=NOW + timedelta(days=9))
    els, later = a_buddy(session, "Els"), NOW + timedelta(days=10)
    introducing.introduce(session, trajectory_id=trajectory.id, offer_id=els.id, actor=bo, now=later)
    both = (Actor(els.person_id), Actor(trajectory.resident_id))
    for one in both:
        introducing.answer(session, trajectory_id=trajectory.id, is_yes=True, actor=one, now=later)
    meets_at = later + timedelta(hours=1)
    introducing.plan_meeting(session, trajectory_id=trajectory.id, at=meets_at, where="H19", actor=bo, now=later)
    day = later.date() + timedelta(weeks=52)
    for one in both:
        introducing.go_on(session, trajectory_id=trajectory.id, is_yes=True, actor=one, now=meets_at)
    agreeing.propose(session, trajectory_id=trajectory.id, goal="Verder.", ends_on=day, actor=bo, now=meets_at)
    for one in both:
        agreeing.agree(session, trajectory_id=trajectory.id, actor=one, now=meets_at)


def extend(session, bo, trajectory):
    pair, later = the_pair(session, trajectory), NOW + timedelta(days=12)
    day = pair.ends_on + timedelta(weeks=9)
    agreeing.propose(session, trajectory_id=trajectory.id, goal="Verder.", ends_on=day, actor=bo, now=later)
    for one in (pair.person_id, trajectory.resident_id):
        agreeing.agree(session, trajectory_id=trajectory.id, actor=Actor(one), now=later)


def end(session, bo, trajectory):
    later = NOW + timedelta(days=12)
    ending.end_well(session, trajectory_id=trajectory.id, look_back="Fijn.", what_next="-", actor=bo, now=later)


@pytest.mark.parametrize(
    ("begin", "then", "matches"),
    [
        pytest.param(a_waiting, None, 0, id="waiting"),
        pytest.param(introduced, None, 0, id="introduced"),
        pytest.param(agreeing_pair, None, 0, id="both-go-on-without-a-goal"),
        pytest.param(running, None, 1, id="begun"),
        pytest.param(running, extend, 1, id="extended"),
        pytest.param(running, end, 1, id="ended-well"),
        pytest.param(running, stop_and_begin_anew, 2, id="a-successor"),
    ],
)
def test_a_match_counts_once_at_its_beginning_and_as_mediated(session, bo, begin, then, matches):
    arguments = () if begin is a_waiting else (a_buddy(session),)
    trajectory = begin(session, bo, *arguments)
    if then is not None:
        then(session, bo, trajectory)
    first, last = NOW.date() - timedelta(days=1), NOW.date() + timedelta(days=30)
    report = make_report(
        session,
        municipality_id=the_municipality(session).id,
        from_on=first,
        to_on=last,
        now=NOW + timedelta(days=200),
    )
    rate = report.headline.matches
    assert (rate.numerator, rate.denominator) == (0, matches)
    assert report.headline.counts.requests_posted == 1


# --- the list --------------------------------------------------------------------------------------------------------


def test_with_too_few_beginnings_nothing_is_said():
    assert waiting.expect(1, BUDDY.least_started - 1, 365) is None
    assert waiting.expect(1, BUDDY.least_started, 365) is not None


@given(place=st.integers(1, 40), started=st.integers(4, 60), days=st.floats(30, 365))
def test_the_expected_time_grows_with_the_place_and_shrinks_with_the_pace(place, started, days):
    low, high = waiting.expect(place, started, days)
    assert 0 < low < high
    further = waiting.expect(place + 1, started, days)
    faster = waiting.expect(place, started + 1, days)
    assert further[0] > low
    assert further[1] > high
    assert faster[0] < low
    assert faster[1] < high
    middle = days / 7 * place / started
    assert low < middle < high, "twenty a year and the tenth on the list: about half a year"


@pytest.mark.parametrize("weeks", [(), (0, 2), (6, 2), (2, 2)])
def test_a_policy_that_cannot_be_is_refused(weeks):
    with pytest.raises(ValueError, match="talks"):
        BuddyPolicy(talk_weeks=weeks)


# --- leaving ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("side", list(BuddySide))
def test_who_leaves_leaves_no_word_behind(session, bo, side):
    """The other is told; of a buddy who leaves, the resident waits at the front."""
    bas = a_buddy(session)
    trajectory = running(session, bo, bas)
    said = TalkSaid(GOOD.answers, remark="kanariegeel")
    for one in talks_of(session, trajectory):
        if one.week == 2:
            looking_after.look_after(session, one.due_at)
            hold_talk(session, one.id, said)
    leaver = trajectory.resident_id if side is BuddySide.RESIDENT else bas.person_id
    exported = privacy.export_person(session, actor=Actor(leaver), now=NOW + timedelta(days=30))
    assert len(exported["buddy_talks"]) == 1
    privacy.erase_person(session, session.get_one(Person, leaver), key=KEY, now=NOW + timedelta(days=30))
    remarks = {talk.remark for talk in talks_of(session, trajectory) if talk.person_id == leaver}
    assert remarks == {""}
    if side is BuddySide.RESIDENT:
        assert trajectory.status is TrajectoryStatus.ENDED
        assert trajectory.text == trajectory.need == the_pair(session, trajectory).goal == ""
    else:
        assert (trajectory.status, trajectory.is_first) == (TrajectoryStatus.WAITING, True)


def test_a_buddy_who_worries_can_say_about_whom(session, bo):
    """Whom one goes along with is among those one may pass on a worry about; who was only introduced is not."""
    bas, els = a_buddy(session), a_buddy(session, "Els")
    trajectory = running(session, bo, bas)
    introduced(session, bo, els, resident=a_person(session, "Kees"))
    where = trajectory.municipality_id
    helped = list_people_helped_by(session, bas.person_id, where, now=NOW + timedelta(days=5))
    assert [row[0] for row in helped] == [trajectory.resident_id]
    assert list_people_helped_by(session, els.person_id, where, now=NOW + timedelta(days=5)) == []


def test_no_event_holds_what_was_said(session, bo):
    trajectory = running(session, bo, a_buddy(session))
    talk = ask_talk(session, trajectory, 2, BuddySide.RESIDENT)
    hold_talk(session, talk.id, TalkSaid(BAD.answers, remark="kanariegeel"))
    held = session.exec(select(Event).where(Event.kind == EventKind.BUDDY_TALK_HELD)).one()
    assert held.detail == {"week": 2}
