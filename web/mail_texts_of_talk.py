"""What mails say about messages, reports and blocked accounts: that there is something, and where it stands.

A message itself is told to nobody by mail. Only to who has no e-mail it is read out, or written: that is their mail.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final
from uuid import UUID

from marketplace.models import NoticeKind, SuspensionStatus
from marketplace.queries.work import NoticeFacts
from web import dates
from web.labels.requests import count_words
from web.mail_words import MailText, Places, _, asker, helper, is_to_requester


def _message_received(facts: NoticeFacts, places: Places, now: datetime) -> MailText | None:
    found = _who_wrote(facts)
    if found is None or not facts.unread:
        return None
    pair_id, other = found
    if facts.is_read_out:
        said = tuple(_("%(who)s schreef: “%(said)s”", who=other, said=text) for text in facts.unread)
        return MailText(
            _("Er is een bericht van %(who)s voor u", who=other),
            (*said, _("Wilt u antwoorden? Zeg het ons. Dan schrijven wij het op.")),
            _("Lees het bericht"),
            places.conversation(pair_id),
        )
    return MailText(
        _("Er is een bericht van %(who)s voor u", who=other),
        (
            _("%(who)s schreef u een bericht. U leest het op onze site.", who=other),
            _("In deze mail staat niet wat er in het bericht staat. Zo blijft het tussen u twee."),
        ),
        _("Lees het bericht"),
        places.conversation(pair_id),
        stop_url=places.my_details,
    )


def _who_wrote(facts: NoticeFacts) -> tuple[UUID, str] | None:
    """Where it stands, and the first name of who wrote it; None where it is about nobody any more."""
    if facts.match is not None:
        return facts.match.id, helper(facts) if is_to_requester(facts) else asker(facts)
    about = facts.about_buddy
    if about is None or about.introduction is None or facts.to is None:
        return None
    other = about.resident if facts.to.id == about.introduction.person_id else about.buddy
    return about.introduction.id, other.first_name if other else _("iemand")


def _text_held(facts: NoticeFacts, places: Places, now: datetime) -> MailText | None:
    if facts.request is None or facts.request.ended_at is not None:
        return None
    return MailText(
        _("Uw vraag staat bij ons"),
        (
            _("Dank u wel voor uw vraag. Wij lezen uw tekst eerst even. Daarna zoeken wij iemand."),
            _("Uiterlijk de volgende werkdag hoort u van ons. U hoeft niets te doen."),
        ),
        _("Bekijk uw vraag"),
        places.request(facts.request.id),
    )


def _text_approved(facts: NoticeFacts, places: Places, now: datetime) -> MailText | None:
    return MailText(
        _("Uw tekst staat erop"),
        (
            _("Wij hebben uw tekst gelezen. Die is goed."),
            _("Wij zoeken nu iemand voor u.") if facts.request else _("Anderen kunnen uw tekst nu lezen."),
        ),
        _("Bekijk het"),
        places.request(facts.request.id) if facts.request else places.my_page,
    )


def _text_to_change(facts: NoticeFacts, places: Places, now: datetime) -> MailText | None:
    if facts.report is None or facts.report.ended_at is not None:
        return None
    return MailText(
        _("Wilt u uw tekst aanpassen?"),
        (
            _("Wij lazen uw tekst. Er is iets dat anders moet. Wat u schreef, is bewaard."),
            _("Op de site leest u wat er anders moet. Daar past u het ook aan."),
        ),
        _("Pas mijn tekst aan"),
        places.own_texts,
    )


def _text_judged(facts: NoticeFacts, places: Places, now: datetime) -> MailText | None:
    return MailText(
        _("Wij keken naar iets dat u schreef of deed"),
        (
            _("Iemand van ons keek ernaar. Op de site leest u wat wij besloten, en waarom."),
            _("Bent u het er niet mee eens? Bel ons: %(tel)s.", tel=facts.municipality.telephone),
        ),
        _("Lees wat wij besloten"),
        places.own_texts,
    )


def _report_closed(facts: NoticeFacts, places: Places, now: datetime) -> MailText | None:
    return MailText(
        _("Wij keken naar uw melding"),
        (
            _("Dank u wel dat u iets meldde. Wij hebben ernaar gekeken en iets besloten."),
            _("Wat wij precies deden, vertellen wij niet. Dat blijft privé."),
            _("Wilt u iemand niet meer tegenkomen? Dat regelt u zelf op de site."),
        ),
        _("Naar mijn pagina"),
        places.my_page,
    )


def _account_blocked(facts: NoticeFacts, places: Places, now: datetime) -> MailText | None:
    if facts.suspension is None or facts.suspension.status is SuspensionStatus.LIFTED:
        return None
    said = (_("De reden: %(reason)s", reason=facts.suspension.reason),) if facts.is_read_out else ()
    return MailText(
        _("Wij hebben uw account geblokkeerd"),
        (
            _("U kunt nu geen hulp vragen of geven op onze site. Afspraken die er waren, gaan niet door."),
            *said,
            _("Bent u het er niet mee eens? Log in, lees de reden en vraag om opnieuw te kijken. Of bel ons.")
            if not said
            else _("Bent u het er niet mee eens? Bel ons: %(tel)s.", tel=facts.municipality.telephone),
        ),
        _("Lees de reden"),
        places.blocked,
    )


def _appeal_decided(facts: NoticeFacts, places: Places, now: datetime) -> MailText | None:
    if facts.suspension is None:
        return None
    is_free = facts.suspension.status is SuspensionStatus.LIFTED
    said = (facts.suspension.answer,) if facts.is_read_out else ()
    if is_free:
        return MailText(
            _("U kunt weer meedoen"),
            (_("Uw account is weer vrij. Wat u vroeg en aanbood, staat er weer."), *said),
            _("Naar mijn pagina"),
            places.my_page,
        )
    return MailText(
        _("Uw account blijft geblokkeerd"),
        (
            _("Iemand anders van ons keek opnieuw. Het besluit blijft zoals het was."),
            *said,
            _("Hebt u vragen? Bel ons: %(tel)s.", tel=facts.municipality.telephone),
        ),
        _("Lees waarom"),
        places.blocked,
    )


def _moderation_for_staff(facts: NoticeFacts, places: Places, now: datetime) -> MailText | None:
    return MailText(
        _("Er ligt een melding bij u"),
        (
            _("Iemand meldde iets, een tekst viel op, of iemand maakt bezwaar."),
            _("In deze mail staat niet wat het is. Dat ziet u als u inlogt."),
        ),
        _("Open de meldingen"),
        places.reports,
    )


def digest_text(parts: tuple[MailText, ...], places: Places, now: datetime) -> MailText | None:
    """What waited for a fixed moment, as one mail: each subject, and one way in."""
    if not parts:
        return None
    number = count_words(((len(parts), "bericht", "berichten"),))
    today = dates.day(dates.day_of(now), today=dates.day_of(now))
    return MailText(
        parts[0].subject if len(parts) == 1 else _("%(number)s voor u", number=number),
        (
            _("Dit is er voor u, %(today)s:", today=today),
            *(f"• {part.subject}" for part in parts),
            _("U krijgt deze berichten samen in één mail. Dat koos u zelf."),
        ),
        parts[0].action_label if len(parts) == 1 else _("Naar mijn pagina"),
        parts[0].action if len(parts) == 1 else places.my_page,
        stop_url=places.my_details,
    )


TEXTS_OF_TALK: Final[Mapping[NoticeKind, Callable[[NoticeFacts, Places, datetime], MailText | None]]] = {
    NoticeKind.MESSAGE_RECEIVED: _message_received,
    NoticeKind.TEXT_HELD: _text_held,
    NoticeKind.TEXT_APPROVED: _text_approved,
    NoticeKind.TEXT_TO_CHANGE: _text_to_change,
    NoticeKind.TEXT_JUDGED: _text_judged,
    NoticeKind.REPORT_CLOSED: _report_closed,
    NoticeKind.ACCOUNT_BLOCKED: _account_blocked,
    NoticeKind.APPEAL_DECIDED: _appeal_decided,
    NoticeKind.MODERATION_FOR_STAFF: _moderation_for_staff,
    # Worded by `web.mails` from what goes along in it.
    NoticeKind.DIGEST: lambda facts, places, now: None,
}
