"""What an installation can be told, and what production refuses."""

from pathlib import Path

import pytest

from marketplace.settings import Mode, Settings, UnsafeSettings, table

ROOT = Path(__file__).resolve().parents[2]
PRODUCTION = {
    "MODE": "production",
    "BASE_URL": "https://example.nl",
    "SECRET_KEY": "s" * 32,
    "SMTP_HOST": "mail.example.nl",
    "MAIL_FROM": "desk@example.nl",
}


def test_nothing_needs_to_be_set_to_try_it_out():
    """An empty environment gives a site on this machine that keeps its mail here."""
    settings = Settings.from_environ({})
    assert settings.mode is Mode.DEVELOPMENT
    assert settings.database_url == "sqlite:///var/marketplace.db"
    assert settings.base_url == "http://127.0.0.1:8000"
    assert settings.keeps_mail_here


def test_the_address_follows_the_port_unless_it_is_given():
    """Links in mails must lead somewhere."""
    assert Settings.from_environ({"PORT": "8123"}).base_url == "http://127.0.0.1:8123"
    assert Settings.from_environ({"PORT": "8123", "BASE_URL": "https://a.nl/"}).base_url == "https://a.nl"


def test_an_empty_setting_counts_as_not_given():
    """An environment file with a name and nothing after it is common."""
    assert Settings.from_environ({"MODE": "", "PORT": " "}) == Settings.from_environ({})


def test_production_starts_with_settings_that_are_safe():
    settings = Settings.from_environ(PRODUCTION)
    assert settings.is_production
    assert settings.is_https
    assert not settings.keeps_mail_here


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        pytest.param({"SECRET_KEY": ""}, "SECRET_KEY", id="default-secret"),
        pytest.param({"SECRET_KEY": "s" * 31}, "SECRET_KEY", id="short-secret"),
        pytest.param({"BASE_URL": ""}, "BASE_URL", id="no-address"),
        pytest.param({"BASE_URL": "http://example.nl"}, "BASE_URL", id="no-https"),
        pytest.param({"SMTP_HOST": ""}, "SMTP_HOST", id="everybodys-mail-on-a-page"),
        pytest.param({"MAIL_FROM": ""}, "MAIL_FROM", id="example-sender"),
        pytest.param({"STAFF_SECOND_FACTOR": "off"}, "STAFF_SECOND_FACTOR", id="staff-by-mailbox-alone"),
        pytest.param({"TRUSTED_PROXIES": "*"}, "TRUSTED_PROXIES", id="everybody-a-proxy"),
    ],
)
def test_production_refuses_what_is_not_safe(changed, named):
    with pytest.raises(UnsafeSettings, match=named):
        Settings.from_environ(PRODUCTION | changed)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("MODE", "live"),
        ("PORT", "http"),
        ("PORT", "0"),
        ("PORT", "65536"),
        ("SCHEDULER", "yes"),
        ("SMTP_STARTTLS", "1"),
        ("BASE_URL", "example.nl"),
        ("BASE_URL", "https://example.nl/mve"),
        ("MAIL_FROM", "desk"),
        ("MAIL_FROM", "a@b.nl\r\nBcc: c@d.nl"),
    ],
)
def test_what_cannot_be_read_is_named(name, text):
    with pytest.raises(UnsafeSettings, match=f"^{name}: "):
        Settings.from_environ({name: text})


def test_everything_that_is_wrong_is_told_at_once():
    """Whoever installs it should not have to start it five times."""
    with pytest.raises(UnsafeSettings) as refused:
        Settings.from_environ({"MODE": "production"})
    assert str(refused.value).count("\n") == 3
    with pytest.raises(UnsafeSettings, match=r"(?s)MODE.*PORT"):
        Settings.from_environ({"MODE": "x", "PORT": "y"})


def test_the_document_shows_every_setting_as_the_code_has_it():
    """The table in docs/settings.md is the one made from the fields."""
    assert table() in (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")


def test_a_secret_does_not_show_in_a_log():
    """Settings land in tracebacks and debug prints."""
    settings = Settings.from_environ(PRODUCTION | {"SMTP_PASSWORD": "hush-hush"})
    assert PRODUCTION["SECRET_KEY"] not in repr(settings)
    assert "hush-hush" not in repr(settings)
