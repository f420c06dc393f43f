"""A worry is passed on, handled by the few who may, closed, and forgotten in time; nobody else learns of it."""

import json
from datetime import timedelta

import pytest

from marketplace import concerns, file_looks, jobs, privacy, retention
from marketplace.concerns import Worry
from marketplace.errors import CaseHeld, IllegalTransition, InvalidInput, NotFound
from marketplace.models import (
    Absence,
    Concern,
    ConcernKind,
    ConcernOutcome,
    ConcernStatus,
    ConcernStep,
    ConcernStepKind,
    ContactBy,
    Event,
    EventKind,
    NoticeChannel,
    NoticeKind,
    OutboxMessage,
    StaffRole,
    StaffRoleKind,
)
from marketplace.permissions import Actor
from marketplace.policies import DESK
from marketplace.queries import concerns as queries
from marketplace.queries import privacy as privacy_queries
from marketplace.queries import undelivered
from tests.support import rows
from tests.support.builders import (
    a_coordinator,
    a_match,
    a_person,
    a_request,
    a_volunteer,
    actor_for,
    another_municipality,
    the_municipality,
)
from tests.support.clock import NOW

pytestmark = pytest.mark.database("sqlite")
DAY = timedelta(days=1)
SAID = "Er lag oud brood op tafel."


@pytest.fixture
def session(sessions):
    with sessions.begin() as session:
        yield session


@pytest.fixture
def group(session):
    """Hanneke and Hugo handle worries."""
    return [a_coordinator(session, name, kind=StaffRoleKind.CONCERN_HANDLER) for name in ("Hanneke", "Hugo")]


@pytest.fixture
def riet(session):
    return a_person(session, "Riet")


@pytest.fixture
def piet(session, riet):
    """Piet helps Riet."""
    offer = a_volunteer(session, "Piet")
    a_match(session, a_request(session, requester=riet), offer)
    return Actor(offer.person_id)


def where(session):
    return {"municipality_id": the_municipality(session).id, "now": NOW}


def raised(session, riet, piet, **more):
    worry = {"about_id": riet.id, "about_words": "", "kind": ConcernKind.ALONE, "text": SAID, "is_told": True}
    return concerns.raise_concern(session, Worry(**(worry | more)), actor=piet, **where(session))


def test_a_worry_has_an_owner_and_a_next_moment_from_the_start(session, group, riet, piet):
    concern = raised(session, riet, piet)
    assert concern.owner_id in {one.person_id for one in group}
    assert concern.next_moment_at == DESK.deadline(NOW)
    assert concern.status is ConcernStatus.NEW
    (told,) = rows.outbox(session, NoticeKind.CONCERN_FOR_HANDLER)
    assert (told.person_id, told.subject) == (concern.owner_id, {})
    assert [step.step.kind for step in queries.list_steps(session, concern.id)] == [ConcernStepKind.RAISED]


def test_worries_are_spread_over_the_group_and_go_to_nobody_who_is_away(session, group, riet, piet):
    owners = {raised(session, riet, piet, text=f"Nummer {number}.").owner_id for number in range(2)}
    assert owners == {one.person_id for one in group}
    away = Absence(
        municipality_id=the_municipality(session).id,
        person_id=group[0].person_id,
        from_at=NOW - DAY,
        until_at=NOW + DAY,
        noted_by_id=group[0].person_id,
    )
    session.add(away)
    later = {raised(session, riet, piet, text=f"Later {number}.").owner_id for number in range(3)}
    assert later == {group[1].person_id}


def test_without_anybody_to_handle_it_nothing_is_taken_that_would_lie_there(session, riet, piet):
    a_coordinator(session, kind=StaffRoleKind.TEAM_LEAD)
    with pytest.raises(NotFound):
        raised(session, riet, piet)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        pytest.param({"about_id": None}, "who", id="about-nobody"),
        pytest.param({"kind": None}, "kind", id="no-kind"),
        pytest.param({"text": ""}, "text", id="no-words"),
        pytest.param({"text": "x" * 2001}, "text", id="too-many-words"),
        pytest.param({"is_told": None}, "told", id="not-said-whether-they-know"),
        pytest.param({"is_told": False}, "why_not", id="not-said-why-they-do-not-know"),
    ],
)
def test_what_is_missing_is_asked(session, group, riet, piet, wrong, field):
    with pytest.raises(InvalidInput) as refused:
        raised(session, riet, piet, **wrong)
    assert set(refused.value.problems) == {field}


def test_nobody_is_picked_out_who_was_not_helped(session, group, riet, piet):
    """An id that somebody found elsewhere opens nothing."""
    with pytest.raises(InvalidInput) as refused:
        raised(session, a_person(session, "Onbekend"), piet)
    assert set(refused.value.problems) == {"whom"}


def test_sent_twice_it_is_one_worry(session, group, riet, piet):
    assert raised(session, riet, piet).id == raised(session, riet, piet).id
    assert len(rows.outbox(session, NoticeKind.CONCERN_FOR_HANDLER)) == 1


@pytest.mark.parametrize("kind", [kind for kind in StaffRoleKind if kind is not StaffRoleKind.CONCERN_HANDLER])
def test_no_other_role_reads_lists_or_touches_a_worry(session, group, riet, piet, kind):
    concern = raised(session, riet, piet)
    other = a_coordinator(session, "Ander", kind=kind)
    asked = {"concern_id": concern.id, "actor": other, **where(session)}
    assert queries.list_open_for(session, concern.municipality_id, actor=other, now=NOW) == []
    assert queries.list_for(session, concern.municipality_id, actor=other, is_open=True) == []
    for act in (
        lambda: concerns.open_concern(session, **asked),
        lambda: concerns.take(session, **asked),
        lambda: concerns.close(session, outcome=ConcernOutcome.GOES_WELL, text="x", **asked),
        lambda: concerns.pass_on(session, to_id=other.person_id, **asked),
    ):
        with pytest.raises(NotFound):
            act()


def test_a_handler_elsewhere_and_one_whom_it_is_about_see_nothing(session, group, riet, piet):
    breda = another_municipality(session)
    elsewhere = a_coordinator(session, "Bo", kind=StaffRoleKind.CONCERN_HANDLER, municipality=breda)
    concern = raised(session, riet, piet)
    riets_role = a_coordinator(session, "Iemand", kind=StaffRoleKind.CONCERN_HANDLER)
    concern.about_id = riets_role.person_id
    session.add(concern)
    for other in (elsewhere, riets_role):
        assert queries.list_open_for(session, concern.municipality_id, actor=other, now=NOW) == []
        with pytest.raises(NotFound):
            concerns.open_concern(session, concern_id=concern.id, actor=other, **where(session))


def test_events_say_that_it_happened_and_about_nobody(session, group, riet, piet):
    concern = raised(session, riet, piet)
    close(session, concern, group[0])
    told = [one for one in rows.all_events(session) if one.kind.value.startswith("concern")]
    assert [one.kind for one in told] == [EventKind.CONCERN_RAISED, EventKind.CONCERN_CLOSED]
    ids = [name for name in Event.model_fields if name.endswith("_id") and name != "municipality_id"]
    assert all(getattr(one, name) is None for one in told for name in ids)
    assert all(one.detail == {} for one in told)


def close(session, concern, actor, **more):
    asked = {"outcome": ConcernOutcome.HELP_ARRANGED, "text": "De huisarts komt langs."}
    return concerns.close(session, concern_id=concern.id, actor=actor, **(where(session) | asked | more))


def test_the_second_who_takes_it_hears_who_has_it_and_may_take_it_over_knowingly(session, group, riet, piet):
    concern = raised(session, riet, piet)
    first, second = group
    asked = {"concern_id": concern.id, **where(session)}
    concerns.take(session, actor=first, **asked)
    with pytest.raises(CaseHeld) as held:
        concerns.take(session, actor=second, **asked)
    assert held.value.holder_id == first.person_id
    concerns.take(session, actor=second, from_id=first.person_id, **asked)
    assert concern.owner_id == second.person_id


def test_a_step_has_words_and_a_next_moment(session, group, riet, piet):
    concern = raised(session, riet, piet, is_told=False, why_not_told="Dat durf ik niet.")
    asked = {"concern_id": concern.id, "actor": group[1], **where(session)}
    with pytest.raises(InvalidInput) as refused:
        concerns.note_step(session, kind=ConcernStepKind.CLOSED, text="", next_moment_at=NOW, **asked)
    assert set(refused.value.problems) == {"kind", "text", "next"}
    told = ConcernStepKind.TOLD_PERSON
    concerns.note_step(session, kind=told, text="Riet vindt het goed.", next_moment_at=NOW + 3 * DAY, **asked)
    assert (concern.owner_id, concern.next_moment_at) == (group[1].person_id, NOW + 3 * DAY)
    assert (concern.status, concern.told_at) == (ConcernStatus.HANDLED, NOW)


def test_who_passed_it_on_hears_that_it_is_done_and_not_what(session, group, riet, piet):
    concern = close(session, raised(session, riet, piet), group[0])
    (told,) = rows.outbox(session, NoticeKind.CONCERN_CLOSED)
    assert (told.person_id, told.subject) == (piet.person_id, {})
    close(session, concern, group[1])
    assert len(rows.outbox(session, NoticeKind.CONCERN_CLOSED)) == 1
    with pytest.raises(IllegalTransition):
        concerns.take(session, concern_id=concern.id, actor=group[0], **where(session))


def test_nothing_of_it_passes_through_the_desk(session, group, riet, piet):
    """Who has no e-mail is called by the handler: a call or a letter would be read by others. Nor is a failed mail."""
    person = rows.person(session, piet.person_id)
    person.contact_by, person.email = ContactBy.TELEPHONE, None
    concern = raised(session, riet, piet)
    assert rows.outbox(session, NoticeKind.CONCERN_RECEIVED) == []
    opened = concerns.open_concern(session, concern_id=concern.id, actor=group[0], **where(session))
    assert not opened.is_raiser_told_by_us
    for message in rows.outbox(session, NoticeKind.CONCERN_FOR_HANDLER):
        assert message.channel is NoticeChannel.EMAIL
        message.failed_at = NOW
    assert session.exec(rows.all_of(OutboxMessage)).all()
    assert undelivered.list_failed(session, concern.municipality_id) == []


def test_every_look_is_logged_and_shown_once_the_person_knows(session, group, riet, piet):
    concern = raised(session, riet, piet, is_told=False, why_not_told="Dat durf ik niet.")
    asked = {"concern_id": concern.id, "actor": group[0], **where(session)}
    concerns.open_concern(session, **asked)
    concerns.open_concern(session, **asked)
    logged = privacy_queries.list_looks(session, concern.municipality_id)
    assert sorted(one.person_id for one in logged) == sorted((riet.id, piet.person_id))
    assert {one.action for one in logged} == {file_looks.CONCERN}
    assert privacy_queries.list_looks_at(session, riet.id) == []
    assert len(privacy_queries.list_looks_at(session, piet.person_id)) == 1
    step = {"text": "Verteld.", "next_moment_at": NOW + DAY, "kind": ConcernStepKind.TOLD_PERSON}
    concerns.note_step(session, **step, **asked)
    assert len(privacy_queries.list_looks_at(session, riet.id)) == 1


def test_a_look_for_a_worry_hides_no_other_look(session, group, riet, piet):
    """Somebody with two roles opens the worry and then the case: the second look is shown, whatever the first was."""
    concern = raised(session, riet, piet, is_told=False, why_not_told="Dat durf ik niet.")
    concerns.open_concern(session, concern_id=concern.id, actor=group[0], **where(session))
    looked = {"municipality_id": concern.municipality_id, "staff_id": group[0].person_id, "person_id": riet.id}
    file_looks.record(session, action=file_looks.CASE, reason="", now=NOW, **looked)
    assert [one.action for one in privacy_queries.list_looks_at(session, riet.id)] == [file_looks.CASE]


def test_what_lies_too_long_or_with_nobody_goes_to_a_colleague(session, group, riet, piet):
    concern = raised(session, riet, piet)
    first = concern.owner_id
    assert concerns.look_after(session, NOW) == 0
    late = concern.next_moment_at
    assert concerns.look_after(session, late) == 1
    assert concern.owner_id != first
    assert concern.next_moment_at > late
    assert concerns.look_after(session, late) == 0


def test_a_worry_of_who_does_this_no_longer_goes_to_a_colleague_at_once(session, group, riet, piet):
    concern = raised(session, riet, piet)
    gone = concern.owner_id
    for role in session.exec(rows.all_of(StaffRole).where(StaffRole.person_id == gone)).all():
        role.until_at = NOW
    session.flush()
    assert concerns.look_after(session, NOW + timedelta(minutes=5)) == 1
    assert concern.owner_id != gone


def test_the_clockwork_looks_after_worries():
    assert "concerns" in {job.name for job in jobs.JOBS}


def test_nothing_of_a_worry_stands_in_what_the_person_takes_along(session, group, riet, piet):
    raised(session, riet, piet)
    for person_id in (riet.id, piet.person_id):
        told = json.dumps(privacy.export_person(session, actor=actor_for(session, person_id), now=NOW))
        assert SAID not in told
    assert '"concerns_passed_on": [{' in told


def test_after_half_a_year_only_that_it_was_is_left(session, group, riet, piet):
    concern = close(session, raised(session, riet, piet), group[0])
    assert retention.forget(session, now=NOW + 180 * DAY).concerns == 0
    assert retention.forget(session, now=NOW + 184 * DAY).concerns == 1
    assert (concern.text, concern.about_id, concern.raised_by_id) == ("", None, None)
    assert {step.text for step in session.exec(rows.all_of(ConcernStep)).all()} == {""}
    assert concern.outcome is ConcernOutcome.HELP_ARRANGED


def test_who_leaves_for_good_takes_the_worries_about_them_along(session, group, riet, piet):
    concern = raised(session, riet, piet)
    other = raised(session, riet, piet, text="Riet Jansen viel. Dat zag Piet Jansen.")
    privacy.erase(session, actor=Actor(riet.id), key="k", now=NOW)
    assert {one.outcome for one in (concern, other)} == {ConcernOutcome.ERASED}
    assert session.exec(rows.all_of(Concern).where(Concern.text != "")).all() == []


def test_who_passed_it_on_can_leave_and_the_worry_goes_on(session, group, riet, piet):
    concern = raised(session, riet, piet, text="Riet viel. Dat zag Piet Jansen.")
    privacy.erase(session, actor=piet, key="k", now=NOW)
    assert concern.ended_at is None
    assert (concern.raised_by_id, concern.text) == (None, "Riet viel. Dat zag [verwijderd].")
