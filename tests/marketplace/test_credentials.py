"""Passwords and codes: what is kept of them, which can be taken, and how many tries are looked at."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pyotp
import pytest
from sqlmodel import select

from marketplace import credentials, second_factor, signing
from marketplace.errors import InvalidInput, LinkUsed, NotAllowed, NotFound, TooManyTries
from marketplace.models import AttemptKind, NoticeKind, Password, Person, RecoveryCode, SecondFactor, SignInAttempt
from marketplace.passwords import CHEAP, Hasher, judge
from marketplace.permissions import Actor
from marketplace.second_factor import FactorKeys
from tests.support.builders import a_person, the_municipality
from tests.support.clock import NOW
from tests.support.rows import outbox

HASHER = Hasher(CHEAP)
KEYS = FactorKeys("only-for-the-tests-" + "0" * 32)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def anna(sessions) -> Person:
    with sessions.begin() as session:
        return a_person(session, email="anna@voorbeeld.nl")


# --- passwords ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("password", "problem"),
    [
        ("zeven 7", "password_short"),
        ("een fiets in de regen", ""),
        ("correcthorse", ""),
        ("wachtwoord", "password_common"),
        ("Zomer2026!!", "password_common"),
        ("12345678901", "password_common"),
        ("lkjhgfdsa", "password_common"),
        ("1qaz2wsx3edc", "password_common"),
        ("xyxyxyxyxy", "password_common"),
        ("naarOosterhout", "password_context"),
        ("januari is koud", ""),
    ],
)
def test_what_others_would_try_first_is_not_taken(password, problem):
    """There are no rules about capitals or digits; names of three letters stand in half of the words."""
    assert judge(password, context=("Oosterhout", "Jan")) == problem


def test_what_is_kept_is_argon2id_and_nobody_without_a_password_can_be_right():
    kept = Hasher().hash("een fiets in de regen")
    assert kept.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert HASHER.is_right("een fiets in de regen", kept)
    assert not HASHER.is_right("een fiets in de Regen", kept)
    assert not HASHER.is_right("nobody's password", None)
    assert not HASHER.is_right("x", "what is no hash")


# --- tries -------------------------------------------------------------------------------------------------------


def test_of_many_tries_at_once_ten_are_looked_at(sessions):
    """Counted before it is looked at: a race gives nobody an eleventh; those refused leave nothing behind."""

    def try_once(_number: int) -> bool:
        try:
            credentials.count_try(sessions, "anna@voorbeeld.nl", AttemptKind.PASSWORD, now=NOW)
        except TooManyTries:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        looked_at = sum(pool.map(try_once, range(40)))
    assert 1 <= looked_at <= 10
    with sessions.read() as session:
        assert len(session.exec(select(SignInAttempt)).all()) == looked_at


def test_tries_are_counted_per_account_and_kind_and_come_back(sessions):
    def try_at(now: datetime, account: str = "anna", kind: AttemptKind = AttemptKind.CODE) -> None:
        credentials.count_try(sessions, account, kind, now=now)

    for _ in range(10):
        try_at(NOW)
    with pytest.raises(TooManyTries):
        try_at(NOW + 14 * MINUTE)
    try_at(NOW, account="piet")
    try_at(NOW, kind=AttemptKind.PASSWORD)
    try_at(NOW + 15 * MINUTE)


def test_wrong_ones_count_against_where_they_come_from_and_right_ones_do_not(sessions):
    for number in range(30):
        noted = credentials.count_try(sessions, f"right{number}", AttemptKind.PASSWORD, now=NOW, client="proxy")
        credentials.mark_good(sessions, noted)
    for number in range(20):
        credentials.count_try(sessions, f"wrong{number}", AttemptKind.PASSWORD, now=NOW, client="proxy")
    with pytest.raises(TooManyTries):
        credentials.count_try(sessions, "next", AttemptKind.PASSWORD, now=NOW, client="proxy")


def test_links_asked_by_somebody_else_keep_nobody_out(sessions, anna):
    """After five in an hour there is always one that works in the mailbox, or a new one is sent."""
    with sessions.begin() as session:
        where = the_municipality(session).id
        for minute in range(0, 60, 3):
            now = NOW + minute * MINUTE
            signing.ask_link(session, email="anna@voorbeeld.nl", municipality_id=where, now=now)
            session.flush()
            assert signing.queries.has_usable_link(session, "anna@voorbeeld.nl", at=now)
        assert len(outbox(session, NoticeKind.SIGN_IN)) <= 11


# --- codes -------------------------------------------------------------------------------------------------------


@pytest.fixture
def phone(sessions, anna) -> pyotp.TOTP:
    """Anna's telephone, confirmed five minutes ago."""
    with sessions.begin() as session:
        second_factor.begin(session, actor=Actor(anna.id), has_second_factor=False, now=NOW)
        totp = pyotp.TOTP(KEYS.secret(session.get_one(SecondFactor, anna.id).next_seed))
        before = NOW - 5 * MINUTE
        code = totp.at(before)
        made = second_factor.confirm(
            session, actor=Actor(anna.id), code=code, keys=KEYS, has_second_factor=False, now=before
        )
        assert made is not None
    return totp


def check(sessions, anna, code: str, now=NOW) -> bool:
    with sessions.begin() as session:
        return second_factor.check(session, anna.id, code, keys=KEYS, now=now)


def test_a_code_counts_once_and_only_near_its_time(sessions, anna, phone):
    for seconds in (-90, 90):
        assert not check(sessions, anna, phone.at(NOW + timedelta(seconds=seconds)))
    assert not check(sessions, anna, "")
    assert check(sessions, anna, phone.at(NOW))
    assert not check(sessions, anna, phone.at(NOW)), "it was used"
    assert not check(sessions, anna, phone.at(NOW - timedelta(seconds=30))), "an older one was not, and means nothing"
    assert check(sessions, anna, phone.at(NOW + timedelta(seconds=30)))


def test_the_codes_are_those_of_the_standard():
    """RFC 6238, appendix B, at 1111111109 s: the last six of 07081804."""
    totp = pyotp.TOTP("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ")
    assert totp.at(datetime.fromtimestamp(1111111109, UTC)) == "081804"


def test_a_backup_opens_nothing(sessions, anna, phone):
    """Neither the secret of the telephone nor a code from paper can be read from the database."""
    with sessions.begin() as session:
        codes = second_factor.renew_recovery_codes(session, anna.id, keys=KEYS)
        factor = session.get_one(SecondFactor, anna.id)
        assert phone.secret not in factor.model_dump_json()
        assert FactorKeys("another key").secret(factor.seed) != phone.secret
        kept = {row.code_hash for row in session.exec(select(RecoveryCode))}
        assert len(kept) == 10
        assert not kept & set(codes)


def test_another_telephone_needs_the_one_before_or_a_code_from_paper(sessions, anna, phone):
    with sessions.begin() as session:
        codes = second_factor.renew_recovery_codes(session, anna.id, keys=KEYS)
        with pytest.raises(NotAllowed):
            second_factor.begin(session, actor=Actor(anna.id), has_second_factor=False, now=NOW)
        second_factor.begin(session, actor=Actor(anna.id), has_second_factor=True, now=NOW)
    assert check(sessions, anna, phone.at(NOW)), "the old one counts until the new one is there"
    with sessions.begin() as session:
        assert not second_factor.recover(session, anna.id, "niet-een-code", keys=KEYS, now=NOW)
        assert second_factor.recover(session, anna.id, codes[0].upper(), keys=KEYS, now=NOW)
        assert not second_factor.recover(session, anna.id, codes[0], keys=KEYS, now=NOW)
        second_factor.begin(session, actor=Actor(anna.id), has_second_factor=False, now=NOW)


def test_a_code_from_paper_is_only_for_whom_it_was_made(sessions, anna, phone):
    with sessions.begin() as session:
        codes = second_factor.renew_recovery_codes(session, anna.id, keys=KEYS)
        other = a_person(session)
        assert not second_factor.recover(session, other.id, codes[0], keys=KEYS, now=NOW)


# --- the rest ----------------------------------------------------------------------------------------------------


def test_changing_what_one_signs_in_with_is_told_and_ends_the_others(sessions, anna):
    with sessions.begin() as session:
        where = the_municipality(session).id
        here, there = (signing.start(session, anna.id, now=NOW) for _ in range(2))
        keep = signing.find_present(session, here.token, now=NOW).sign_in_id
    give = {"actor": Actor(anna.id), "context": (), "hasher": HASHER, "municipality_id": where, "keep": keep}
    credentials.set_password(sessions, password="een fiets in de regen", now=NOW, **give)
    with sessions.begin() as session:
        assert signing.find_present(session, here.token, now=NOW) is not None
        assert signing.find_present(session, there.token, now=NOW) is None
        assert len(outbox(session, NoticeKind.SIGN_IN_CHANGED)) == 1
        more = {"municipality_id": where, "now": NOW + MINUTE, "keep": keep}
        for _ in range(2):
            credentials.remove_password(session, actor=Actor(anna.id), **more)
        assert session.get(Password, anna.id) is None
        assert len(outbox(session, NoticeKind.SIGN_IN_CHANGED)) == 2, "told once of what happened once"


def test_a_new_address_ends_every_link_to_the_old_one(sessions, anna):
    with sessions.begin() as session:
        where = the_municipality(session).id
        signing.ask_link(session, email="anna@voorbeeld.nl", municipality_id=where, now=NOW)
        session.flush()
        old = outbox(session, NoticeKind.SIGN_IN)[0].subject["link"]
        credentials.ask_address(session, actor=Actor(anna.id), address="a@b.nl", municipality_id=where, now=NOW)
        new = outbox(session, NoticeKind.CONFIRM_ADDRESS)[0].subject["link"]

    with sessions.begin() as session:
        credentials.confirm_address(session, link_id=UUID(new), municipality_id=where, now=NOW)
        assert outbox(session, NoticeKind.SIGN_IN_CHANGED)[0].email == "anna@voorbeeld.nl"
        with pytest.raises(LinkUsed):
            signing.redeem(session, link_id=UUID(old), now=NOW)
        with pytest.raises(InvalidInput):
            credentials.ask_address(session, actor=Actor(anna.id), address="a@b.nl", municipality_id=where, now=NOW)


def test_nobody_ends_what_is_not_theirs(sessions, anna):
    with sessions.begin() as session:
        token = signing.start(session, anna.id, now=NOW).token
        theirs = signing.find_present(session, token, now=NOW).sign_in_id
        with pytest.raises(NotFound):
            credentials.end_sign_in(session, theirs, actor=Actor(a_person(session).id), now=NOW)
