"""Vacancies with shifts: each a request of its own, filled by people and engine, closed alone or together."""

from datetime import timedelta

import pytest

from marketplace import matchmaking, responses
from marketplace.asks import WeekPiece
from marketplace.clubs import applying, vacancies
from marketplace.errors import DoesNotFit, InvalidInput, NotAllowed, ShiftsOverlap, SlotTaken
from marketplace.invariants import find_violations
from marketplace.models import (
    EventKind,
    MatchStatus,
    MemberRole,
    NoticeKind,
    Origin,
    Proposal,
    ProposalStatus,
    WaitingStatus,
)
from marketplace.permissions import Actor
from marketplace.queries import matches as match_queries
from marketplace.queries import shifts as queries
from marketplace.queries import vacancies as vacancy_queries
from tests.support import builders, club_builders, rows
from tests.support.clock import NOW
from tests.support.club_builders import BAR, a_shift


def a_helper(session, name="Piet", **more):
    return builders.a_volunteer(session, name, skills={BAR}, **more)


def test_each_shift_is_a_request_with_its_own_window_slots_and_time_to_respond(sessions):
    with sessions.begin() as session:
        organisation, owner = club_builders.an_organisation(session)
        vacancy, found = club_builders.a_vacancy(
            session, organisation, owner, a_shift(96, 3, 2), a_shift(12, 2, 1), a_shift(120, 4, 2)
        )
        table = vacancy_queries.list_shifts(session, [vacancy.id])[vacancy.id]
        assert [(row.places, row.minutes) for row in table] == [(1, 120), (2, 180), (2, 240)]
        assert {request.organisation_id for request in found} == {organisation.id}
        # A day before it begins; where that is past, half of the time that is left.
        assert [request.respond_by - NOW for request in found] == [
            timedelta(hours=6),
            timedelta(hours=72),
            timedelta(hours=96),
        ]
        posted = [event for event in rows.all_events(session) if event.kind is EventKind.REQUEST_POSTED]
        assert [event.acting_as.value for event in posted] == ["organisation"] * 3
        assert not find_violations(session, now=NOW)


def test_a_continuing_vacancy_is_one_request_for_every_week(sessions):
    with sessions.begin() as session:
        organisation, owner = club_builders.an_organisation(session)
        vacancy, (request,) = club_builders.a_vacancy(
            session,
            organisation,
            owner,
            weekly=(WeekPiece(2, 18 * 60, 22 * 60),),
            slots=3,
            minutes=120,
            hours_per_week=2,
        )
        (row,) = vacancy_queries.list_shifts(session, [vacancy.id])[vacancy.id]
        assert (row.places, row.starts_at, request.minutes) == (3, None, 120)
        assert row.is_open(NOW + timedelta(weeks=3))


def test_every_mistake_in_a_vacancy_is_said_at_once(sessions):
    with sessions.begin() as session, pytest.raises(InvalidInput) as refused:
        organisation, owner = club_builders.an_organisation(session)
        club_builders.a_vacancy(
            session,
            organisation,
            owner,
            a_shift(96, 3, 0),
            a_shift(-3),
            a_shift(96, 13),
            title=" ",
            text="Bel 06 12345678",
            skill_code="niets",
            questions=("Mail naar jan@voorbeeld.nl",),
        )
    assert refused.value.problems == {
        "title": "vacancy_title_missing",
        "text": "text_private_telephone",
        "skill": "skill_missing",
        "questions": "questions_private_email",
        "shift_1": "slots_range",
        "shift_2": "when_past",
        "shift_3": "shift_long",
    }


def test_only_who_acts_for_it_posts_and_withdraws(sessions):
    with sessions.begin() as session:
        organisation, owner = club_builders.an_organisation(session)
        reader = club_builders.a_member(session, organisation, owner, MemberRole.READER)
        vacancy, (request,) = club_builders.a_vacancy(session, organisation, owner)
        other, stranger = club_builders.an_organisation(session, "Scouting")
        for actor in (reader, stranger):
            for act in (
                lambda actor=actor: club_builders.a_vacancy(session, organisation, actor),
                lambda actor=actor: vacancies.withdraw(session, vacancy_id=vacancy.id, actor=actor, now=NOW),
                lambda actor=actor: vacancies.withdraw_shift(session, request_id=request.id, actor=actor, now=NOW),
            ):
                with pytest.raises(NotAllowed):
                    act()
        assert other.id != organisation.id


def test_a_person_on_three_shifts_is_three_matches_and_never_in_two_places(sessions):
    with sessions.begin() as session:
        organisation, owner = club_builders.an_organisation(session)
        _, found = club_builders.a_vacancy(
            session, organisation, owner, a_shift(96, 3), a_shift(98, 3), a_shift(99, 3), a_shift(120, 3)
        )
        piet = a_helper(session, capacity=5)
        actor = Actor(piet.person_id)
        for request in (found[0], found[2], found[3]):  # the third begins as the first ends
            assert responses.apply(session, request_id=request.id, actor=actor, now=NOW).match_id
        with pytest.raises(ShiftsOverlap):
            responses.apply(session, request_id=found[1].id, actor=actor, now=NOW)
        # Neither does the engine ask for what is at that time, and a link that was mailed before says so too.
        proposal = builders.a_proposal(session, found[1], piet)
        with pytest.raises(ShiftsOverlap), session.begin_nested():
            responses.accept(session, proposal_id=proposal.id, actor=actor, now=NOW)
        assert piet.engaged == 3
        assert not find_violations(session, now=NOW)


def test_the_engine_asks_nobody_for_a_shift_at_the_time_of_another(sessions):
    with sessions.begin() as session:
        organisation, owner = club_builders.an_organisation(session)
        _, (first, second) = club_builders.a_vacancy(session, organisation, owner, a_shift(96, 3), a_shift(97, 3))
        piet = a_helper(session, capacity=3)
        responses.apply(session, request_id=first.id, actor=Actor(piet.person_id), now=NOW)
        eva = a_helper(session, "Eva")
        municipality_id, second_id, eva_id = second.municipality_id, second.id, eva.person_id
    matchmaking.run_round(sessions, municipality_id=municipality_id, now=NOW)
    with sessions.read() as session:
        asked = session.exec(rows.all_of(Proposal)).all()
        assert [one.person_id for one in asked if one.request_id == second_id] == [eva_id]


def test_the_organisation_chooses_among_who_offered_and_reads_their_answers(sessions):
    with sessions.begin() as session:
        organisation, owner = club_builders.an_organisation(session)
        editor = club_builders.a_member(session, organisation, owner)
        vacancy, (request,) = club_builders.a_vacancy(
            session,
            organisation,
            owner,
            a_shift(),
            is_chosen_by_requester=True,
            questions=("Hebt u al eens achter een bar gestaan?", "Wat drinkt u zelf het liefst?"),
        )
        people = [a_helper(session, name) for name in ("Piet", "Eva")]
        for minutes, offer in enumerate(people):
            actor = Actor(offer.person_id)
            with pytest.raises(InvalidInput) as refused:
                applying.save_answers(session, vacancy_id=vacancy.id, answers=["Ja", " "], actor=actor, now=NOW)
            assert refused.value.problems == {"question_2": "vacancy_answer_missing"}
            for last in ("Thee", "Koffie"):
                applying.save_answers(session, vacancy_id=vacancy.id, answers=["Ja", last], actor=actor, now=NOW)
            responses.apply(session, request_id=request.id, actor=actor, now=NOW + timedelta(minutes=minutes))
        applicants = vacancy_queries.list_applicants(session, [request.id], now=NOW)
        assert [row.first_name for row in applicants] == ["Piet", "Eva"]
        answers = vacancy_queries.list_answers(session, vacancy.id)
        assert [row.text for row in answers[people[0].person_id]] == ["Ja", "Koffie"]
        match = responses.choose(session, proposal_id=applicants[1].proposal_id, actor=editor, now=NOW)
        assert (match.person_id, match.origin) == (people[1].person_id, Origin.APPLICATION)
        chosen = next(event for event in rows.all_events(session) if event.kind is EventKind.CHOSEN)
        assert (chosen.acting_as.value, chosen.actor_id) == ("organisation", editor.person_id)


def test_one_shift_is_withdrawn_and_the_others_stand_then_all_of_it(sessions):
    with sessions.begin() as session:
        organisation, owner = club_builders.an_organisation(session)
        vacancy, (first, second) = club_builders.a_vacancy(session, organisation, owner, a_shift(96), a_shift(120))
        piet, eva = a_helper(session), a_helper(session, "Eva")
        match_id = responses.apply(session, request_id=first.id, actor=Actor(piet.person_id), now=NOW).match_id
        applying.join_list(session, request_id=first.id, is_sure=True, actor=Actor(eva.person_id), now=NOW)
        for _ in range(2):
            vacancies.withdraw_shift(session, request_id=first.id, actor=owner, now=NOW)
        assert (first.ended_at, second.ended_at) == (NOW, None)
        match = match_queries.get_match(session, match_id)
        assert match.status is MatchStatus.CANCELLED
        assert {NoticeKind.CANCELLED, NoticeKind.WAITING_OVER} <= set(rows.notices(session))
        for _ in range(2):
            vacancies.withdraw(session, vacancy_id=vacancy.id, actor=owner, now=NOW)
        assert vacancy.ended_at == second.ended_at == NOW
        assert not find_violations(session, now=NOW)


def test_who_waits_must_fit_and_only_waits_where_it_is_full(sessions):
    with sessions.begin() as session:
        organisation, owner = club_builders.an_organisation(session)
        _, (bar, later) = club_builders.a_vacancy(session, organisation, owner, a_shift(96), a_shift(97))
        first, waits, gardener = a_helper(session), a_helper(session, "Eva"), builders.a_volunteer(session, "Tuin")

        def join(offer, request=bar):
            return applying.join_list(
                session, request_id=request.id, is_sure=False, actor=Actor(offer.person_id), now=NOW
            )

        with pytest.raises(DoesNotFit) as refused:
            join(waits)
        assert refused.value.reasons == ("free",)
        responses.apply(session, request_id=bar.id, actor=Actor(first.person_id), now=NOW)
        with pytest.raises(SlotTaken):
            responses.apply(session, request_id=bar.id, actor=Actor(waits.person_id), now=NOW)
        with pytest.raises(DoesNotFit) as refused:
            join(gardener)
        assert refused.value.reasons == ("skill",)
        with pytest.raises(DoesNotFit):
            join(first)
        place = join(waits)
        assert join(waits) is place
        responses.apply(session, request_id=later.id, actor=Actor(waits.person_id), now=NOW)
        with pytest.raises(ShiftsOverlap):
            join(first, later)
        applying.leave_list(session, request_id=bar.id, actor=Actor(waits.person_id), now=NOW)
        assert place.status is WaitingStatus.LEFT
        assert queries.find_live(session, bar.id, waits.person_id) is None
        assert session.exec(rows.all_of(Proposal)).all()[0].status is ProposalStatus.ACCEPTED
