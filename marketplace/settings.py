"""What an installation can be told through its environment, and what production refuses.

Every setting is documented beside its field; docs/settings.md shows the same table.
"""

from collections.abc import Mapping
from dataclasses import MISSING, Field, dataclass, field, fields
from enum import StrEnum
from typing import Any, Final, Self
from urllib.parse import urlsplit

LEAST_SECRET_LENGTH: Final = 32
_LONGEST_WEEKS: Final = 104
_DEVELOPMENT_SECRET: Final = "development-only-secret-that-production-refuses"  # noqa: S105


class Mode(StrEnum):
    DEVELOPMENT = "development"
    PRODUCTION = "production"
    DEMO = "demo"


class UnsafeSettings(ValueError):
    """The environment cannot be used as it is; the message has a line for each reason."""


def _setting(name: str, default: str, about: str, *, is_secret: bool = False) -> Any:
    """A field that is read from an environment variable; a secret one does not show in tracebacks and logs."""
    return field(metadata={"name": name, "default": default, "about": about}, repr=not is_secret)


@dataclass(frozen=True)
class Settings:
    """Everything the environment decides, checked once at the start."""

    mode: Mode = _setting(  # noqa: RUF009  (a field specifier)
        "MODE",
        "development",
        "`development`; `demo` also shows that people and requests are made up and offers to sign in as one of them; "
        "`production` refuses unsafe settings.",
    )
    database_url: str = _setting(
        "DATABASE_URL",
        "sqlite:///var/marketplace.db",
        "`sqlite:///path` or `postgresql://user@host/name`.",
        is_secret=True,
    )
    base_url: str = _setting(
        "BASE_URL",
        "",
        "Where people reach the site; links in mails begin with it. Production needs `https://`. "
        "Empty: `http://127.0.0.1` and the port.",
    )
    bind: str = _setting("BIND", "127.0.0.1", "The address to listen on.")
    port: int = _setting("PORT", "8000", "The port to listen on.")
    secret_key: str = _setting(
        "SECRET_KEY",
        _DEVELOPMENT_SECRET,
        f"Signs links and forms. Production needs its own, of at least {LEAST_SECRET_LENGTH} characters. "
        "Whoever changes it makes every mailed link useless, and the second factors of staff "
        "with their recovery codes.",
        is_secret=True,
    )
    scheduler: bool = _setting(
        "SCHEDULER",
        "on",
        "Whether the site also runs the jobs. `off` where `python app.py work` does so in processes of its own.",
    )
    staff_second_factor: bool = _setting(
        "STAFF_SECOND_FACTOR",
        "on",
        "Whether staff need a code of their telephone before they see anything of others. `off` is for a demo and for "
        "development; production refuses it.",
    )
    trusted_proxies: str = _setting(
        "TRUSTED_PROXIES",
        "",
        "The addresses of the proxies before the site, with commas between them. Only what these say about where a "
        "visitor comes from is believed.",
    )
    smtp_host: str = _setting(
        "SMTP_HOST",
        "",
        "The mail server. Empty: mails stay here and are read on `/postbus`, which production refuses.",
    )
    smtp_port: int = _setting("SMTP_PORT", "25", "The mail server's port.")
    smtp_user: str = _setting("SMTP_USER", "", "Who we are to the mail server, if it asks.")
    smtp_password: str = _setting("SMTP_PASSWORD", "", "The password that goes with it.", is_secret=True)
    smtp_starttls: bool = _setting(
        "SMTP_STARTTLS", "off", "`on`: encrypt with STARTTLS and check the mail server's certificate."
    )
    mail_from: str = _setting("MAIL_FROM", "meervoorelkaar@example.org", "The sender of every mail.")
    postbox: str = _setting("POSTBOX", "var/postbox", "The folder (Maildir) of the mails that stay here.")
    sms_folder: str = _setting(
        "SMS_FOLDER",
        "var/sms",
        "The folder in which text messages are written, a file each. Sending them from there is up to you.",
    )
    ride_planning_seconds: int = _setting(
        "RIDE_PLANNING_SECONDS",
        "10",
        "How long the rides of one day are planned at most. More finds better plans of large days.",
    )
    yearly_limit_euro: int = _setting(
        "YEARLY_LIMIT_EURO",
        "2100",
        "Up to how many euros a year a volunteer may be paid without tax (2025). Near it the driver and the ride "
        "planner are warned.",
    )
    buddy_talk_weeks: str = _setting(
        "BUDDY_TALK_WEEKS",
        "2 6 13 26 39 52",
        "In which weeks after the beginning a resident and their buddy are each asked how it goes.",
    )
    embed_on: str = _setting(
        "EMBED_ON",
        "",
        "The sites that may show the list of vacancies of the whole municipality in a frame, with spaces between them, "
        "such as `https://www.oosterhout.nl`. An organisation's own list may be shown on its own site anyway.",
    )
    municipality_slug: str = _setting("MUNICIPALITY", "oosterhout", "The municipality of this site, as a short name.")
    municipality_name: str = _setting("MUNICIPALITY_NAME", "Oosterhout", "The same, as people read it.")
    site_name: str = _setting("SITE_NAME", "Meer voor Elkaar", "What the site is called.")
    organisation: str = _setting("ORGANISATION", "Surplus", "Who runs the desk.")
    telephone: str = _setting("TELEPHONE", "0162 - 00 00 00", "The desk's number. The default is nobody's.")
    privacy_url: str = _setting("PRIVACY_URL", "", "Where the privacy statement stands; empty shows no link to one.")

    @classmethod
    def from_environ(cls, environ: Mapping[str, str]) -> Self:
        """Read and check every setting. Raises UnsafeSettings naming all that is wrong."""
        values: dict[str, Any] = {}
        problems: list[str] = []
        for setting in fields(cls):
            name = setting.metadata["name"]
            text = environ.get(name, "").strip() or setting.metadata["default"]
            try:
                values[setting.name] = _parse(setting, text)
            except ValueError as problem:
                problems.append(f"{name}: {problem}")
        if problems:
            raise UnsafeSettings("\n".join(problems))
        values["base_url"] = (values["base_url"] or f"http://127.0.0.1:{values['port']}").rstrip("/")
        settings = cls(**values)
        if problems := settings.problems():
            raise UnsafeSettings("\n".join(problems))
        return settings

    def problems(self) -> list[str]:
        """What is wrong with these settings; production is told more."""
        problems = []
        url = urlsplit(self.base_url)
        if url.scheme not in ("http", "https") or not url.netloc or url.path or url.query:
            problems.append("BASE_URL: give a scheme and a host, such as https://example.org")
        if any(character in self.mail_from for character in "\r\n") or "@" not in self.mail_from:
            problems.append("MAIL_FROM: give one address")
        if not self.talk_weeks:
            problems.append("BUDDY_TALK_WEEKS: give weeks from 1 to 104, each once, in order, such as 2 6 13")
        return problems + (self._problems_in_production() if self.is_production else [])

    def _problems_in_production(self) -> list[str]:
        problems = []
        if self.secret_key == _DEVELOPMENT_SECRET or len(self.secret_key) < LEAST_SECRET_LENGTH:
            problems.append(f"SECRET_KEY: production needs its own, of at least {LEAST_SECRET_LENGTH} characters")
        if not self.is_https:
            problems.append("BASE_URL: production needs an address that begins with https://")
        if self.keeps_mail_here:
            problems.append(
                "SMTP_HOST: production needs a mail server; without one everybody's mail could be read here"
            )
        if not self.staff_second_factor:
            problems.append("STAFF_SECOND_FACTOR: production needs it on; staff read what is entrusted to us")
        if "*" in self.trusted_proxies:
            problems.append("TRUSTED_PROXIES: name the proxies; whoever is believed can try passwords without end")
        if self.mail_from.endswith("@example.org"):
            problems.append("MAIL_FROM: production needs an address of its own")
        return problems

    @property
    def is_production(self) -> bool:
        return self.mode is Mode.PRODUCTION

    @property
    def is_demo(self) -> bool:
        return self.mode is Mode.DEMO

    @property
    def is_https(self) -> bool:
        """Whether people reach the site over https; decides about cookies and headers."""
        return self.base_url.startswith("https://")

    @property
    def talk_weeks(self) -> tuple[int, ...]:
        """The weeks of the talks with a resident and their buddy; empty where they cannot be used."""
        weeks = [int(part) if part.isdecimal() else 0 for part in self.buddy_talk_weeks.split()]
        is_good = weeks == sorted(set(weeks)) and bool(weeks) and weeks[0] > 0 and weeks[-1] <= _LONGEST_WEEKS
        return tuple(weeks) if is_good else ()

    @property
    def keeps_mail_here(self) -> bool:
        """Without a mail server, mails go to a sink in this process and are read on a page of the site."""
        return not self.smtp_host


def table() -> str:
    """Every setting as a Markdown table; docs/settings.md holds exactly this."""
    lines = ["| name | default | meaning |", "|---|---|---|"]
    for setting in fields(Settings):
        about = setting.metadata
        default = f"`{about['default']}`" if about["default"] else "empty"
        lines.append(f"| `{about['name']}` | {default} | {about['about']} |")
    return "\n".join(lines)


def _parse(setting: Field[Any], text: str) -> Any:
    assert setting.default is MISSING, "defaults are texts, so that the table shows what is read"
    if setting.type is bool:
        if text not in ("on", "off"):
            raise ValueError(f"on or off, not {text!r}")
        return text == "on"
    if setting.type is int:
        if not text.isdecimal() or not 0 < int(text) < 65536:
            raise ValueError(f"a whole number from 1 to 65535, not {text!r}")
        return int(text)
    if setting.type is Mode:
        if text not in set(Mode):
            raise ValueError(f"one of {', '.join(Mode)}, not {text!r}")
        return Mode(text)
    return text
