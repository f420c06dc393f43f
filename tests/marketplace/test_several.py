"""Many values or rows as one parameter: the same rows as by naming each, found in the same index, on both databases."""

from random import Random

import pytest
from sqlmodel import select

from marketplace.models import Offer, OfferSkill
from marketplace.queries.several import is_one_of, is_one_of_its, rows_of, told
from tests.support.builders import a_volunteer


@pytest.mark.parametrize("count", [0, 1, 7])
def test_ids_words_and_numbers_are_found_whatever_their_number(sessions, count):
    with sessions.begin() as session:
        people = [a_volunteer(session, f"Helper{n}", capacity=n, skills=("home.pets",)) for n in range(1, 9)]
        chosen = Random(count).sample(people, count)
        asked = {
            is_one_of(Offer.id, "ids"): {"ids": [one.id for one in chosen]},
            is_one_of(Offer.id, "texts"): {"texts": [str(one.id) for one in chosen]},
            is_one_of(Offer.capacity, "rooms", int): {"rooms": [one.capacity for one in chosen]},
            is_one_of(Offer.sentence, "words", str): {"words": [one.sentence for one in chosen][:0]},
        }
        found = [set(session.execute(select(Offer.id).where(which), named).scalars()) for which, named in asked.items()]
        assert found == [*[{one.id for one in chosen}] * 3, set()]
        codes = is_one_of(OfferSkill.skill_code, "codes", str)
        of_codes = session.execute(select(OfferSkill.offer_id).where(codes), {"codes": ["home.pets", "it's \"%"]})
        assert set(of_codes.scalars()) == {one.id for one in people}
        assert (
            not set(session.execute(select(Offer.id).where(~is_one_of(Offer.id, "ids")), {"ids": found[0]}).scalars())
            & found[0]
        )


@pytest.mark.parametrize("count", [0, 1, 3])
def test_rows_are_a_table_whatever_their_number(sessions, count):
    rows = [
        {"number": n, "word": f'it\'s "{n}" %', "share": 51.6 + n / 7, "rooms": [n + 1, n + 5]} for n in range(count)
    ]
    table = rows_of("given", number=int, word=str, share=float, rooms=list).c
    with sessions.begin() as session:
        for capacity in range(1, 9):
            a_volunteer(session, f"Helper{capacity}", capacity=capacity)
        query = select(table.number, table.word, table.share, Offer.capacity)
        query = query.where(is_one_of_its(Offer.capacity, table.rooms), Offer.capacity > table.number)
        found = session.execute(query, {"given": told(rows)}).all()
    expected = [(row["number"], row["word"], row["share"], room) for row in rows for room in row["rooms"]]
    assert sorted(found) == [pytest.approx(one) for one in expected]


@pytest.mark.database("sqlite")
def test_what_is_named_so_is_looked_up_in_an_index(sessions):
    query = select(Offer.zone).where(is_one_of(Offer.id, "ids"), Offer.capacity > 0)
    with sessions.read() as session:
        text = str(query.compile(session.get_bind()))
        plan = session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {text}", ("[]", 0)).all()
    assert "SEARCH offer USING INDEX" in plan[0].detail
