"""What mails say on the rungs of the ladder: may something give way, can an organisation help, it stands still."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final

from marketplace.models import NoticeKind
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


TEXTS_OF_LADDER: Final[Mapping[NoticeKind, Callable[[NoticeFacts, Places, datetime], MailText | None]]] = {
    NoticeKind.RELAXATION_ASKED: _relaxation_asked,
    NoticeKind.ORGANISATION_ASKED: _organisation_asked,
    NoticeKind.STANDS_STILL: _stands_still,
}
