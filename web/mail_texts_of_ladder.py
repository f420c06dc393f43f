"""What mails say on the rungs of the ladder: may something give way, can an organisation help, it stands still."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Final

from marketplace.models import HandOverStatus, NoticeKind
from marketplace.queries.work import NoticeFacts
from web import dates
from web.labels import relaxations
from web.labels.requests import people_words
from web.mail_words import MailText, Places, _, label_of, live


def _relaxation_asked(facts: NoticeFacts, places: Places, now: datetime) -> MailText | None:
    request, question = live(facts.request), facts.question
    if request is None or question is None or question.answered_at is not None:
        return None
    asked = relaxations.question(question.kind, question.amount, facts.asked_days)
    more = _("Dan kan er één mens meer helpen.")
    if question.people > 1:
        more = _("Dan kunnen er %(people)s meer helpen.", people=people_words(question.people))
    return MailText(
        asked,
        (
            _("U zoekt hulp: %(what)s. Nog niemand kan precies zoals u vroeg.", what=label_of(facts)),
            f"{asked} {more}",
            _("Zegt u nee? Ook goed. Dan zoeken wij verder zoals u vroeg."),
        ),
        _("Ik geef antwoord"),
        places.request(request.id),
    )


def _organisation_asked(facts: NoticeFacts, places: Places, now: datetime) -> MailText | None:
    request = live(facts.request)
    if request is None:
        return None
    by = dates.near_moment(request.respond_by, now=now)
    return MailText(
        _("Weet u iemand? %(what)s in %(place)s", what=label_of(facts), place=request.neighbourhood),
        (
            _("Een inwoner zoekt hulp: %(what)s. Nog niemand zei ja.", what=label_of(facts)),
            _("Kan iemand van uw organisatie helpen? Laat het weten vóór %(by)s.", by=by),
            _("Wilt u dit niet meer horen? Bel ons: %(telephone)s.", telephone=facts.municipality.telephone),
        ),
        _("Bekijk de hulpvraag"),
        places.public_request(request.id),
    )


def _stands_still(facts: NoticeFacts, places: Places, now: datetime) -> MailText | None:
    request = live(facts.request)
    if request is None:
        return None
    since = dates.day(dates.day_of(request.posted_at))
    return MailText(
        _("Een hulpvraag komt niet verder: %(what)s in %(place)s", what=label_of(facts), place=request.neighbourhood),
        (
            _("Deze hulpvraag staat open sinds %(since)s. Ook de teamleider vond nog niemand.", since=since),
            _("De teamleider zoekt door. Denkt u mee? Bel ons: %(telephone)s.", telephone=facts.municipality.telephone),
            _("Van wie de vraag is, staat niet in deze mail."),
        ),
        _("Bekijk de cijfers"),
        places.figures,
    )


def _hand_over_asked(facts: NoticeFacts, places: Places, now: datetime) -> MailText | None:
    request, passed = live(facts.request), facts.hand_over
    if request is None or passed is None or passed.status is not HandOverStatus.ASKED:
        return None
    return MailText(
        _("Mogen wij uw vraag doorgeven?"),
        (
            _("%(to)s kan u misschien beter helpen. Wij geven uw vraag graag door.", to=passed.organisation),
            _("Wat wij doorgeven, kunt u eerst lezen. Zegt u ja? Dan gaat het pas weg."),
            _("Zegt u nee? Ook goed. Dan zoeken wij zelf verder."),
            _("Liever bellen? %(telephone)s. Wij lezen het dan voor.", telephone=facts.municipality.telephone),
        ),
        _("Lees het, en zeg ja of nee"),
        f"{places.request(request.id)}/overdracht",
    )


def _hand_over_for_organisation(facts: NoticeFacts, places: Places, now: datetime) -> MailText | None:
    passed = facts.hand_over
    if passed is None or passed.status is not HandOverStatus.SENT:
        return None
    by = dates.day(dates.day_of(passed.due_at - timedelta(minutes=1)))
    return MailText(
        _("Kunt u een inwoner verder helpen? Graag antwoord vóór %(by)s", by=by),
        (
            _("Een inwoner zoekt hulp. Wij denken dat die bij u goed zit, en de inwoner vindt dat goed."),
            _("Het verhaal staat achter de knop. Neemt u het over, of kan het niet? Zeg het daar."),
            _("Horen wij niets? Dan gaan wij er zelf mee verder."),
            _("Vragen? Bel ons: %(telephone)s.", telephone=facts.municipality.telephone),
        ),
        _("Lees het verhaal"),
        places.hand_overs.url(passed.id),
    )


def _hand_over_received(facts: NoticeFacts, places: Places, now: datetime) -> MailText | None:
    if facts.request is None or facts.hand_over is None:
        return None
    return MailText(
        _("%(to)s gaat verder met uw vraag", to=facts.hand_over.organisation),
        (
            _("Het gaat om: %(what)s.", what=label_of(facts)),
            _("%(to)s heeft uw verhaal. U hoeft het niet opnieuw te vertellen.", to=facts.hand_over.organisation),
            _("Hoort u een week niets? Bel ons: %(telephone)s.", telephone=facts.municipality.telephone),
        ),
        _("Bekijk mijn vraag"),
        places.request(facts.request.id),
    )


def _hand_over_returned(facts: NoticeFacts, places: Places, now: datetime) -> MailText | None:
    request, passed = live(facts.request), facts.hand_over
    if request is None or passed is None:
        return None
    return MailText(
        _("Weer van u: %(what)s in %(place)s", what=label_of(facts), place=request.neighbourhood),
        (
            _("De overdracht aan %(to)s gaat niet door. De vraag is weer van u.", to=passed.organisation),
            _("Waarom staat in de geschiedenis van de zaak."),
        ),
        _("Open de hulpvraag"),
        places.case(request.id),
    )


TEXTS_OF_LADDER: Final[Mapping[NoticeKind, Callable[[NoticeFacts, Places, datetime], MailText | None]]] = {
    NoticeKind.RELAXATION_ASKED: _relaxation_asked,
    NoticeKind.ORGANISATION_ASKED: _organisation_asked,
    NoticeKind.STANDS_STILL: _stands_still,
    NoticeKind.HAND_OVER_ASKED: _hand_over_asked,
    NoticeKind.HAND_OVER_FOR_ORGANISATION: _hand_over_for_organisation,
    NoticeKind.HAND_OVER_RECEIVED: _hand_over_received,
    NoticeKind.HAND_OVER_RETURNED: _hand_over_returned,
}
