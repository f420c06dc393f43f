"""The order of turns of a circle: even, within what each one said, and nobody worn out."""

from collections import Counter
from datetime import date, timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from marketplace.turns import MOST_TAKEN_OVER, Given, Taker, Turn, divide, find_swap, find_taker, is_worn

FIRST = date(2026, 3, 3)


def person(number: int) -> UUID:
    return UUID(int=number + 1)


def turns_of(count: int, refused: dict[int, set[int]] | None = None) -> list[Turn]:
    return [
        Turn(UUID(int=1000 + n), FIRST + timedelta(weeks=n), frozenset(map(person, (refused or {}).get(n, ()))))
        for n in range(count)
    ]


def takers_of(count: int, most: list[int | None] | None = None) -> list[Taker]:
    return [Taker(person(n), FIRST, (most or [None] * count)[n]) for n in range(count)]


@given(st.integers(1, 6), st.integers(0, 30))
def test_without_limits_nobody_has_more_than_one_turn_above_another(people: int, count: int) -> None:
    found = Counter(divide(turns_of(count), takers_of(people), []).values())
    spread = [found[person(n)] for n in range(people)]
    assert max(spread) - min(spread) <= 1
    assert sum(spread) == count


@given(st.data())
def test_nobody_comes_when_they_cannot_or_more_often_a_month_than_they_said(data: st.DataObject) -> None:
    people = data.draw(st.integers(1, 5))
    most = data.draw(st.lists(st.none() | st.integers(1, 3), min_size=people, max_size=people))
    refused = data.draw(
        st.dictionaries(st.integers(0, 19), st.sets(st.integers(0, people - 1), max_size=people), max_size=20)
    )
    turns, takers = turns_of(20, refused), takers_of(people, most)
    found = divide(turns, takers, [])
    assert set(found) == {turn.id for turn in turns}
    months: Counter[tuple[UUID, int]] = Counter()
    for turn in turns:
        taker = found[turn.id]
        if taker is None:
            # Then truly nobody could: everybody refused, or was full that month.
            for one in takers:
                full = one.max_per_month is not None and months[one.id, turn.on.month] >= one.max_per_month
                assert one.id in turn.refused_by or full
            continue
        assert taker not in turn.refused_by
        months[taker, turn.on.month] += 1
    limits = {one.id: one.max_per_month for one in takers}
    assert all(limits[who] is None or count <= (limits[who] or 0) for (who, _), count in months.items())


def test_the_same_asked_twice_is_answered_the_same() -> None:
    turns, takers = turns_of(9), takers_of(3)
    assert divide(turns, takers, []) == divide(list(reversed(turns)), list(reversed(takers)), [])


def test_who_comes_new_need_not_catch_up() -> None:
    had = [Given(FIRST - timedelta(weeks=n), person(0)) for n in range(1, 9)]
    takers = [Taker(person(0), FIRST - timedelta(weeks=10)), Taker(person(1), FIRST)]
    found = Counter(divide(turns_of(4), takers, had).values())
    assert found == {person(0): 2, person(1): 2}


def test_who_took_over_thrice_in_a_row_is_rested_until_a_turn_of_their_own() -> None:
    taken = [Given(FIRST + timedelta(days=n), person(0), is_by_turn=False) for n in range(MOST_TAKEN_OVER)]
    later = Turn(UUID(int=99), FIRST + timedelta(days=20))
    assert is_worn(person(0), taken, later.on)
    assert find_taker(later, takers_of(1), taken) is None
    own = [*taken, Given(FIRST + timedelta(days=10), person(0))]
    assert find_taker(later, takers_of(1), own) == person(0)


@given(st.data())
def test_a_swap_leaves_everybody_as_many_turns_and_nobody_over_their_months(data: st.DataObject) -> None:
    people = data.draw(st.integers(2, 4))
    most = data.draw(st.lists(st.none() | st.integers(1, 3), min_size=people, max_size=people))
    takers, turns = takers_of(people, most), turns_of(10)
    who = divide(turns, takers, [])
    held = [(turn, taker) for turn in turns if (taker := who[turn.id]) is not None]
    given_ = [Given(turn.on, taker) for turn, taker in held]
    if not held:
        return
    turn, giver_id = data.draw(st.sampled_from(held))
    refusing = Turn(turn.id, turn.on, frozenset({giver_id}))
    giver = next(one for one in takers if one.id == giver_id)
    others = [one for one in takers if one.id != giver_id]
    found = find_swap(refusing, giver, others, [pair for pair in held if pair[1] != giver_id], given_)
    if found is None:
        return
    theirs, other_id = found
    assert theirs.on > turn.on
    assert other_id != giver_id
    after = {**{one.id: taker for one, taker in held}, turn.id: other_id, theirs.id: giver_id}
    assert Counter(after.values()) == Counter(taker for _, taker in held)
    months = Counter((taker, one.on.month) for one in turns if (taker := after.get(one.id)) is not None)
    limits = {one.id: one.max_per_month for one in takers}
    assert all(limits[taker] is None or count <= (limits[taker] or 0) for (taker, _), count in months.items())
