"""What mails say about who does what: a case that is yours now, a file opened elsewhere, asking in a name."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final

from marketplace.models import NoticeKind
from marketplace.queries.work import NoticeFacts
from web import dates
from web.mail_words import MailText, Places, _, label_of, live


def _escalated_for_coordinator(facts: NoticeFacts, places: Places, now: datetime) -> MailText | None:
    request = live(facts.request)
    if request is None or request.owner_id is None or facts.to is None or request.owner_id != facts.to.id:
        return None
    by = dates.near_moment(request.next_moment_at, now=now)
    return MailText(
        _("Hulpvraag voor u: %(what)s in %(place)s", what=label_of(facts), place=request.neighbourhood),
        (
            _("Deze hulpvraag komt niet vanzelf rond. Ze is nu van u."),
            _("Doe iets vóór %(by)s. Daarna gaat hij naar de teamleider.", by=by),
        ),
        _("Open de hulpvraag"),
        places.case(request.id),
    )


def _representation_ended(facts: NoticeFacts, places: Places, now: datetime) -> MailText | None:
    if facts.request is None or facts.about is None or facts.to is None:
        return None
    other = facts.about.first_name or _("Iemand")
    if facts.to.id == facts.request.requester_id:
        return MailText(
            _("%(who)s vraagt niet meer in uw naam", who=other),
            (
                _("Vanaf nu beslist u zelf. Wij bellen, schrijven of mailen dan u."),
                _("Wat al gevraagd is, gaat gewoon door."),
                _("Klopt dit niet, of wilt u stoppen? Bel ons."),
            ),
            _("Bekijk mijn vragen"),
            places.my_page,
        )
    return MailText(
        _("U vraagt niet meer in naam van %(who)s", who=other),
        (
            _("%(who)s beslist vanaf nu zelf. U krijgt er geen berichten meer over.", who=other),
            _("Dank u wel dat u hielp met vragen."),
        ),
        _("Naar mijn pagina"),
        places.my_page,
    )


def _break_glass(facts: NoticeFacts, places: Places, now: datetime) -> MailText | None:
    if facts.request is None or facts.about is None:
        return None
    return MailText(
        _("%(who)s opende een zaak buiten het eigen gebied", who=facts.about.first_name or _("Een collega")),
        (
            _("Het gaat om: %(what)s in %(place)s.", what=label_of(facts), place=facts.request.neighbourhood),
            _("De reden staat in de geschiedenis van de zaak. Klopt het niet? Bespreek het dan samen."),
        ),
        _("Open de zaak"),
        places.case(facts.request.id),
    )


def _concern_for_handler(facts: NoticeFacts, places: Places, now: datetime) -> MailText | None:
    return MailText(
        _("Er ligt een signaal bij u"),
        (
            _("Iemand gaf een zorg door. Kijk er uiterlijk de volgende werkdag naar."),
            _("In deze mail staat niet wat het is, en niet over wie. Dat ziet u alleen als u inlogt."),
        ),
        _("Open de signalen"),
        places.concerns,
    )


def _concern_received(facts: NoticeFacts, places: Places, now: datetime) -> MailText | None:
    return MailText(
        _("Dank u wel, uw bericht is bij ons"),
        (
            _("Wat u doorgaf, ligt bij iemand van ons. Uiterlijk de volgende werkdag kijkt die ernaar."),
            _("Kan het niet wachten? Bel 112 bij gevaar. Of bel ons: %(tel)s.", tel=facts.municipality.telephone),
            _("In deze mail staat niet wat u schreef. Zo blijft het privé."),
        ),
        _("Bekijk hoe het staat"),
        places.own_concerns,
    )


def _concern_closed(facts: NoticeFacts, places: Places, now: datetime) -> MailText | None:
    return MailText(
        _("Wat u doorgaf, is afgerond"),
        (
            _("U gaf iets aan ons door. Wij hebben het bekeken en afgerond."),
            _("Wat er gebeurde, mogen wij niet vertellen. Dat blijft privé."),
            _("Ziet u weer iets? Geef het dan gerust nog eens door."),
        ),
        _("Naar mijn pagina"),
        places.my_page,
    )


TEXTS_OF_ROLES: Final[Mapping[NoticeKind, Callable[[NoticeFacts, Places, datetime], MailText | None]]] = {
    NoticeKind.ESCALATED_FOR_COORDINATOR: _escalated_for_coordinator,
    NoticeKind.BREAK_GLASS: _break_glass,
    NoticeKind.CONCERN_FOR_HANDLER: _concern_for_handler,
    NoticeKind.CONCERN_RECEIVED: _concern_received,
    NoticeKind.CONCERN_CLOSED: _concern_closed,
    NoticeKind.REPRESENTATION_ENDED: _representation_ended,
}
