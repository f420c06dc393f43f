"""Who is a buddy and who has one write to each other as the two of a match: alone, while they are on their way."""

from datetime import timedelta

import pytest

from marketplace import invariants, privacy, retention
from marketplace.buddies import apart, candidates, ending
from marketplace.buddies.asking import AskedFor
from marketplace.errors import IllegalTransition, NotFound
from marketplace.models import (
    IntroductionStatus,
    NoticeKind,
    Relation,
    Report,
    ReportAbout,
    ReportKind,
    TrajectoryStatus,
)
from marketplace.permissions import Actor
from marketplace.queries import conversations as queries
from marketplace.talk import blocking, conversing, moderating, reporting
from tests.support import rows
from tests.support.buddy_builders import a_buddy, a_buddy_coordinator, agreeing_pair, running, the_pair, waiting
from tests.support.builders import a_coordinator, a_person, the_municipality
from tests.support.clock import NOW

pytestmark = pytest.mark.database("sqlite")
DAY = timedelta(days=1)
LATER = NOW + 4 * DAY
HELLO = "Dag Riet, zullen we morgen naar de markt?"


@pytest.fixture
def session(sessions):
    with sessions.begin() as session:
        yield session


@pytest.fixture
def way(session):
    """Bas has been Riet's buddy since yesterday; her nurse asked for it."""
    nurse = AskedFor(a_person(session, "Ineke").id, Relation.GP_NURSE, is_agreed=True)
    return running(session, a_buddy_coordinator(session), a_buddy(session), other=nurse)


@pytest.fixture
def both(session, way):
    return Actor(way.resident_id), Actor(the_pair(session, way).person_id)


def write(session, way, actor, text=HELLO, *, now=LATER):
    return conversing.write(session, pair_id=the_pair(session, way).id, text=text, token=text, actor=actor, now=now)


def read(session, way, actor, now=LATER):
    return conversing.open_conversation(session, pair_id=the_pair(session, way).id, actor=actor, now=now)


def test_what_one_writes_the_other_reads_and_nobody_else(session, way, both):
    riet, bas = both
    write(session, way, bas)
    (waits,) = queries.list_unread_of(session, riet.person_id, open_since=NOW)
    assert (waits.other, waits.unread) == ("Bas", 1)
    (told,) = rows.outbox(session, NoticeKind.MESSAGE_RECEIVED)
    assert (told.person_id, set(told.subject)) == (riet.person_id, {"trajectory", "introduction"})
    assert [one.text for one in read(session, way, riet).messages] == [HELLO]
    assert queries.list_unread_of(session, riet.person_id, open_since=NOW) == []
    for stranger in (way.representative_id, a_buddy_coordinator(session, "Kim").person_id):
        with pytest.raises(NotFound):
            read(session, way, Actor(stranger))
    assert list(invariants.messages_are_of_the_two(session, LATER)) == []


def test_they_write_from_the_beginning_until_two_weeks_after_the_end_and_then_the_words_go(session, way, both):
    riet, bas = both
    early = agreeing_pair(
        session, a_buddy_coordinator(session, "Kim"), a_buddy(session, "Gijs"), resident=a_person(session, "Gea")
    )
    with pytest.raises(IllegalTransition):
        write(session, early, Actor(early.resident_id))
    write(session, way, riet)
    ending.stop(session, trajectory_id=way.id, actor=bas, now=LATER)
    write(session, way, riet, "Dank je wel voor alles.", now=LATER + 13 * DAY)
    assert read(session, way, bas, LATER + 13 * DAY).is_open
    assert read(session, way, bas, LATER + 14 * DAY).messages == ()
    with pytest.raises(IllegalTransition):
        write(session, way, riet, "Nog iets.", now=LATER + 14 * DAY)
    retention.forget(session, now=LATER + 91 * DAY)
    assert {one.text for one in queries.list_messages(session, the_pair(session, way).id)} == {""}


@pytest.mark.parametrize("by_buddy", [True, False], ids=["by-the-buddy", "by-the-resident"])
def test_who_blocks_the_other_parts_and_is_never_introduced_to_them_again(session, way, both, by_buddy):
    riet, bas = both
    pair, blocker = the_pair(session, way), bas if by_buddy else riet
    blocking.block_in_pair(session, pair_id=pair.id, actor=blocker, now=LATER)
    with pytest.raises(IllegalTransition):
        write(session, way, riet)
    assert len(list(invariants.who_wants_apart_is_apart(session, LATER))) == 1
    assert apart.part(session, LATER) == 1
    assert apart.part(session, LATER) == 0
    session.refresh(way)
    session.refresh(pair)
    assert (way.status, way.is_first, pair.status) == (TrajectoryStatus.WAITING, True, IntroductionStatus.STOPPED)
    (told,) = rows.outbox(session, NoticeKind.BUDDY_PARTED)
    assert told.person_id == (riet.person_id if by_buddy else bas.person_id), "the other hears it, without a reason"
    assert list(invariants.who_wants_apart_is_apart(session, LATER)) == []


def test_whom_somebody_blocked_is_no_candidate_for_them(session):
    bo, offer = a_buddy_coordinator(session), a_buddy(session)
    asks = waiting(session, bo)
    assert [one.helper.offer_id for one in candidates.list_candidates(session, asks, now=NOW)] == [offer.id]
    where = the_municipality(session).id
    blocking.block(session, other_id=asks.resident_id, municipality_id=where, actor=Actor(offer.person_id), now=NOW)
    assert candidates.list_candidates(session, asks, now=NOW) == []


def test_a_message_is_reported_and_judged_like_any_other(session, way, both):
    riet, bas = both
    said = write(session, way, bas, "Leen mij eens 50 euro.")
    reporting.report(
        session, ReportAbout.MESSAGE, said.id, kind=ReportKind.MONEY, words="Hij vraagt om geld.",
        municipality_id=way.municipality_id, actor=riet, now=LATER,
    )  # fmt: skip
    report = next(one for one in session.exec(rows.all_of(Report)) if one.reporter_id == riet.person_id)
    assert (report.person_id, report.introduction_id) == (bas.person_id, the_pair(session, way).id)
    seen = moderating.look(
        session, report_id=report.id, municipality_id=way.municipality_id, actor=a_coordinator(session), now=LATER,
        reason="Riet vroeg om te kijken.",
    )  # fmt: skip
    assert [one.text for one in seen.conversation] == ["Leen mij eens 50 euro."]


def test_who_leaves_takes_their_words_along_and_their_name_out_of_the_others(session, way, both):
    riet, bas = both
    write(session, way, bas, "Dag mevrouw Jansen, gaat u mee?")
    write(session, way, riet, "Ja graag.")
    (own,) = privacy.export_person(session, actor=riet, now=LATER)["messages_written"]
    assert (own["text"], own["typed_by_staff"]) == ("Ja graag.", False)
    privacy.erase(session, actor=riet, key="k" * 32, now=LATER)
    pair_id = the_pair(session, way).id
    his, hers = queries.list_messages(session, pair_id)
    assert (riet.person_id, "Jansen" in his.text) == (way.resident_id, False)
    assert (hers.text, hers.sender_id) == ("", None)
