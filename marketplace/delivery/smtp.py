"""Sending through a mail server."""

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from typing import Final, Self

from marketplace.clock import Clock
from marketplace.delivery.message import Message, Refused, TryLater, Unreachable
from marketplace.settings import Settings

TIMEOUT_S: Final = 20.0


@dataclass(frozen=True)
class MailServer:
    """Where the mail server is and how to speak to it."""

    host: str
    port: int
    user: str = ""
    password: str = field(default="", repr=False)
    starttls: bool = False

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """The one of the settings."""
        return cls(
            settings.smtp_host, settings.smtp_port, settings.smtp_user, settings.smtp_password, settings.smtp_starttls
        )


class SmtpSender:
    """One conversation a message: a server that is in trouble spoils no more than that one."""

    def __init__(
        self, server: MailServer, *, mail_from: str, name: str, clock: Clock, timeout_s: float = TIMEOUT_S
    ) -> None:
        self._server, self._clock, self._timeout_s = server, clock, timeout_s
        self._mail_from, self._name = mail_from, name

    def send(self, message: Message) -> None:
        """Hand over one message. Raises Refused, TryLater or Unreachable."""
        mail = self._compose(message)
        with self._connected() as server:
            try:
                server.send_message(mail, self._mail_from, [message.to])
            except smtplib.SMTPRecipientsRefused as refused:
                code, _ = next(iter(refused.recipients.values()))
                raise _answer(code) from None
            except (
                smtplib.SMTPSenderRefused
            ) as refused:  # our own address is wrong: the message can wait for its repair
                raise TryLater(f"sender-{refused.smtp_code}") from None
            except smtplib.SMTPResponseException as refused:
                raise _answer(refused.smtp_code) from None
            except smtplib.SMTPNotSupportedError:
                raise Refused("address-not-supported") from None
            except (smtplib.SMTPException, OSError) as broken:
                raise TryLater(f"cut-{type(broken).__name__}") from None

    def _compose(self, message: Message) -> EmailMessage:
        mail = EmailMessage(policy=SMTP)
        mail["From"] = Address(self._name, addr_spec=self._mail_from)
        mail["To"] = message.to
        mail["Subject"] = message.subject
        mail["Date"] = self._clock()
        mail["Message-ID"] = message.message_id
        for name, value in message.headers.items():
            mail[name] = value
        mail.set_content(message.text)
        mail.add_alternative(message.html, subtype="html")
        return mail

    @contextmanager
    def _connected(self) -> Iterator[smtplib.SMTP]:
        """A conversation that has come as far as handing over a message."""
        try:
            server = smtplib.SMTP(self._server.host, self._server.port, timeout=self._timeout_s)
        except (OSError, smtplib.SMTPException) as unreachable:
            raise Unreachable(f"connect-{type(unreachable).__name__}") from None
        try:
            try:
                if self._server.starttls:
                    server.starttls(context=ssl.create_default_context())
                if self._server.user:
                    server.login(self._server.user, self._server.password)
            except (OSError, smtplib.SMTPException) as unreachable:
                raise Unreachable(f"greeting-{type(unreachable).__name__}") from None
            yield server
        finally:
            _leave(server)


def _answer(code: int) -> Refused | TryLater:
    return Refused(f"smtp-{code}") if 500 <= code < 600 else TryLater(f"smtp-{code}")


def _leave(server: smtplib.SMTP) -> None:
    """Say goodbye if the server still listens. The message was accepted, or not, before this."""
    try:
        server.quit()
    except (OSError, smtplib.SMTPException):
        server.close()
