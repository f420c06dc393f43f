"""What people allowed: the newest word counts, and the wording that was read out is known."""

import hashlib
from datetime import timedelta

from marketplace import consent
from marketplace.models import Channel, ConsentEntry, ConsentKind
from tests.support import builders, rows
from tests.support.clock import NOW
from web.labels.scripts import CONSENT_TEXTS


def test_the_last_word_counts_and_nothing_is_lost(sessions):
    with sessions.begin() as session:
        riet, where = builders.a_person(session, "Riet").id, builders.the_municipality(session).id
        carla = builders.a_coordinator(session).person_id
        about = {"municipality_id": where, "person_id": riet}
        assert not consent.has(session, ConsentKind.TERMS, **about)
        given = {**about, "channel": Channel.TELEPHONE, "recorded_by_id": carla}
        consent.give(session, ConsentKind.TERMS, **given, now=NOW)
        assert consent.has(session, ConsentKind.TERMS, **about)
        assert not consent.has(session, ConsentKind.REPRESENTATION, **about)
        consent.take_back(session, ConsentKind.TERMS, **given, now=NOW + timedelta(hours=1))
        assert not consent.has(session, ConsentKind.TERMS, **about)
        kept = session.exec(rows.all_of(ConsentEntry)).all()
    assert {(entry.is_given, entry.text_version, entry.channel, entry.recorded_by_id) for entry in kept} == {
        (True, "2026-1", Channel.TELEPHONE, carla),
        (False, "2026-1", Channel.TELEPHONE, carla),
    }


def test_a_wording_that_was_read_out_never_changes():
    """Whoever words it anew makes a new version: what somebody agreed to must be found again."""
    assert {(kind.value, consent.VERSIONS[kind]) for kind in ConsentKind} <= {
        (kind.value, version) for kind, version in CONSENT_TEXTS
    }
    known = {
        ("terms", "2026-1"): "d8ad805c74ad",
        ("representation", "2026-1"): "261de098a517",
    }
    for (kind, version), text in CONSENT_TEXTS.items():
        if (kind.value, version) in known:
            assert hashlib.sha256(text.encode()).hexdigest()[:12] == known[kind.value, version]
