"""Many values as one parameter: the same rows as by naming each, found in the same index, on both databases."""

from random import Random

import pytest
from sqlmodel import select

from marketplace.models import Offer, OfferSkill
from marketplace.queries.several import is_one_of
from tests.support.builders import a_volunteer


@pytest.mark.parametrize("count", [0, 1, 7])
def test_ids_words_and_numbers_are_found_whatever_their_number(sessions, count):
    with sessions.begin() as session:
        people = [a_volunteer(session, f"Helper{n}", capacity=n, skills=("home.pets",)) for n in range(1, 9)]
        chosen = Random(count).sample(people, count)
        asked = {
            is_one_of(Offer.id, "ids"): {"ids": [one.id for one in chosen]},
            is_one_of(Offer.capacity, "rooms", int): {"rooms": [one.capacity for one in chosen]},
            is_one_of(Offer.sentence, "words", str): {"words": [one.sentence for one in chosen][:0]},
        }
        found = [set(session.execute(select(Offer.id).where(which), named).scalars()) for which, named in asked.items()]
        assert found == [{one.id for one in chosen}, {one.id for one in chosen}, set()]
        codes = is_one_of(OfferSkill.skill_code, "codes", str)
        of_codes = session.execute(select(OfferSkill.offer_id).where(codes), {"codes": ["home.pets", "it's \"%"]})
        assert set(of_codes.scalars()) == {one.id for one in people}
        assert (
            not set(session.execute(select(Offer.id).where(~is_one_of(Offer.id, "ids")), {"ids": found[0]}).scalars())
            & found[0]
        )


@pytest.mark.database("sqlite")
def test_what_is_named_so_is_looked_up_in_an_index(sessions):
    query = select(Offer.zone).where(is_one_of(Offer.id, "ids"), Offer.capacity > 0)
    with sessions.read() as session:
        text = str(query.compile(session.get_bind()))
        plan = session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {text}", ("[]", 0)).all()
    assert "SEARCH offer USING INDEX" in plan[0].detail
