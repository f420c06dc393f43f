"""From a row in the outbox to a mail: the facts are read, worded and drawn at the moment of sending."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from sqlmodel import Session

from marketplace.clock import Clock
from marketplace.delivery.message import Message, Refused, message_id_of
from marketplace.delivery.sms import LONGEST, Sms
from marketplace.models import NoticeKind, Origin, OutboxMessage
from marketplace.queries import bundles, work
from marketplace.queries.work import NoticeFacts
from marketplace.telephones import bare, is_mobile
from web.mail_texts import TEXTS
from web.mail_texts_of_talk import digest_text
from web.mail_words import MailText, Places
from web.rendering import HttpRequest, Renderer, Site

# What reaches somebody under sixteen of whom no parent agrees: that we wait for one, and the keys to their own file,
# for which they asked themselves.
TOLD_TO_CHILDREN: Final = frozenset(
    {NoticeKind.PARENT_AWAITED, NoticeKind.SIGN_IN, NoticeKind.CONFIRM_ADDRESS, NoticeKind.SIGN_IN_CHANGED}
)


@dataclass(frozen=True)
class Mails:
    """Words messages; ``word`` is what the outbox asks for."""

    renderer: Renderer
    places: Places
    clock: Clock
    mail_from: str

    def word(self, session: Session, message: OutboxMessage) -> Message | None:
        """The mail for this row, or None where nothing is left to tell. Raises Refused without an address."""
        now = self.clock()
        facts = work.read_facts(session, message, now=now)
        text = words_of(session, message, facts, self.places, now)
        if text is None:
            return None
        address = message.email or (facts.to.email if facts.to else None)
        if not address:
            raise Refused("no-address")
        return self._draw(message, text, facts, address)

    def word_sms(self, session: Session, message: OutboxMessage) -> Sms | None:
        """The same as a text message: the subject, what matters most, and the link. Raises Refused without a number."""
        now = self.clock()
        facts = work.read_facts(session, message, now=now)
        text = words_of(session, message, facts, self.places, now)
        if text is None:
            return None
        if facts.to is None or not facts.to.telephone or not is_mobile(facts.to.telephone):
            raise Refused("no-mobile-number")
        said = f"{text.subject}. {text.paragraphs[0]}"
        room = LONGEST - len(text.action) - 1
        said = said if len(said) <= room else text.subject[:room]
        return Sms(bare(facts.to.telephone), f"{said} {text.action}", str(message.id))

    def _draw(self, message: OutboxMessage, text: MailText, facts: NoticeFacts, address: str) -> Message:
        context = {
            "site": self._site_of(facts),
            "subject": text.subject,
            "first_name": facts.to.first_name if facts.to else "",
            "paragraphs": text.paragraphs,
            "action": text.action,
            "action_label": text.action_label,
            "stop_url": text.stop_url,
        }
        return Message(
            to=address,
            subject=" ".join(text.subject.split()),
            text=self.renderer.text("mail/notice.txt", context),
            html=self.renderer.text("mail/notice.html", context),
            message_id=message_id_of(message.id, self.mail_from),
            headers={"Auto-Submitted": "auto-generated"},
        )

    def _site_of(self, facts: NoticeFacts) -> Site:
        """A mail speaks for the municipality it is about, which need not be the one of this site."""
        about = facts.municipality
        return replace(
            self.renderer.site,
            municipality=about.name,
            municipality_id=about.id,
            organisation=about.organisation,
            telephone=about.telephone,
        )


def words_of(
    session: Session, message: OutboxMessage, facts: NoticeFacts, places: Places, now: datetime
) -> MailText | None:
    """What somebody is told, by whichever channel; None where nothing is left to tell."""
    if message.kind is NoticeKind.DIGEST:
        return _words_together(session, message, places, now)
    if _was_never_told(session, message, facts):
        return None
    if facts.is_silenced and message.kind not in TOLD_TO_CHILDREN:
        return None
    text = TEXTS[message.kind](facts, places, now)
    if text is None or not _speaks_for_another(facts):
        return text
    asker = facts.requester.first_name if facts.requester else ""
    return replace(text, paragraphs=(f"U vroeg hulp voor {asker}. Hier gaat dit bericht over.", *text.paragraphs))


def _words_together(session: Session, message: OutboxMessage, places: Places, now: datetime) -> MailText | None:
    """What waited for this moment, without what has become moot since."""
    told = (
        words_of(session, one, work.read_facts(session, one, now=now), places, now)
        for one in bundles.list_bundled(session, message.id)
    )
    return digest_text(tuple(text for text in told if text is not None), places, now)


def places_of(request: HttpRequest) -> Places:
    """Where links lead on this site, for a page that says what a mail would say."""
    found = request.app.state.places
    assert isinstance(found, Places)
    return found


def _speaks_for_another(facts: NoticeFacts) -> bool:
    """Whether this goes to who asked in somebody's name: "uw vraag" is the question for the other then."""
    return facts.to is not None and facts.request is not None and facts.to.id == facts.request.representative_id


def _was_never_told(session: Session, message: OutboxMessage, facts: NoticeFacts) -> bool:
    """Nobody needs to hear that a question was taken back which they never got."""
    if message.kind is not NoticeKind.PROPOSAL_WITHDRAWN or facts.proposal is None:
        return False
    offered_themselves = facts.proposal.origin is Origin.APPLICATION
    return not offered_themselves and not work.was_told(session, NoticeKind.PROPOSAL, facts.proposal.id)
