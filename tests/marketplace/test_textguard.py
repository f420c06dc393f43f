"""What does not belong in a public text is caught, and what people ordinarily write is let through."""

import pytest

from marketplace.asks import NewOffer, check_offer, private_code
from marketplace.errors import InvalidInput
from marketplace.textguard import Private, find_private
from tests.marketplace import textguard_samples as samples
from tests.support import builders, proof
from web.labels.problems import SENTENCES


def test_at_least_95_in_100_of_what_is_private_is_caught():
    missed = [text for text in samples.PRIVATE if find_private(text) is None]
    share = 1 - len(missed) / len(samples.PRIVATE)
    proof.record("textguard", _figures())
    assert len(samples.PRIVATE) >= 200
    assert share >= 0.95, missed


def test_at_most_2_in_100_of_ordinary_texts_are_refused():
    refused = [(text, find_private(text)) for text in samples.ORDINARY if find_private(text) is not None]
    assert len(samples.ORDINARY) >= 200
    assert len(refused) <= 0.02 * len(samples.ORDINARY), refused


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Bel 06 12 34 56 78", Private.TELEPHONE),
        ("Mail jan@voorbeeld.nl", Private.EMAIL),
        ("Ik woon op 4901 AB", Private.POSTCODE),
        ("Ik woon Kerkstraat 12", Private.ADDRESS),
        ("Het kan op NL91 ABNA 0417 1643 00", Private.IBAN),
        ("Mijn bsn is 111222333", Private.BSN),
        ("Elke dinsdag om 10.00 uur, 2 km lopen", None),
    ],
)
def test_it_is_told_what_was_found(text, kind):
    assert find_private(text) is kind


@pytest.mark.parametrize("kind", Private)
@pytest.mark.parametrize("field", ["text", "sentence"])
def test_each_kind_is_explained(kind, field):
    """A sentence that names what to take out, for the text of a request and the sentence of an offer."""
    assert "Iedereen kan" in SENTENCES[private_code(field, kind)]


def test_the_use_case_refuses_it_whatever_form_it_came_through():
    """Rules live in one place: a form that forgot to ask is no way in."""
    offered = NewOffer(frozenset({"garden.hedge"}), builders.place(), builders.ALL_WEEK, sentence="Bel 0612345678")
    with pytest.raises(InvalidInput) as refused:
        check_offer(offered, skills={"garden.hedge": None})
    assert refused.value.problems == {"sentence": "sentence_private_telephone"}


def _figures() -> dict[str, object]:
    groups = {name: getattr(samples, name) for name in ("TELEPHONES", "EMAILS", "ADDRESSES", "NUMBERS")}
    caught = {name.lower(): f"{sum(map(_is_caught, texts))} of {len(texts)}" for name, texts in groups.items()}
    alarms = sum(map(_is_caught, samples.ORDINARY))
    return {**caught, "false alarms": f"{alarms} of {len(samples.ORDINARY)}"}


def _is_caught(text: str) -> bool:
    return find_private(text) is not None
