"""What mails say of young helpers: to a parent, to the child, to who was to be helped, and to the coordinator.

A child is called *je*, as nobody of fourteen is called *u*.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final

from marketplace.ages import needs_parent
from marketplace.models import NoticeKind, ParentalConsent, ParentalStatus, ProposalStatus
from marketplace.queries.work import NoticeFacts
from web import dates
from web.mail_words import MailText, Places, _, asker, helper, label_of, live


def _child(consent: ParentalConsent) -> str:
    return consent.child_name or _("Uw kind")


def _waiting(facts: NoticeFacts, now: datetime) -> ParentalConsent | None:
    consent = facts.parental
    if consent is None or consent.status is not ParentalStatus.WAITING or now >= consent.expires_at:
        return None
    return consent


def _parent_asked(facts: NoticeFacts, places: Places, now: datetime) -> MailText | None:
    if (consent := _waiting(facts, now)) is None:
        return None
    until = dates.day(dates.day_of(consent.expires_at))
    return MailText(
        _("%(child)s wil mensen helpen. Vindt u dat goed?", child=_child(consent)),
        (
            _(
                "%(child)s wil bij %(organisation)s mensen in de buurt helpen. Denk aan een hond uitlaten.",
                child=_child(consent),
                organisation=facts.municipality.organisation,
            ),
            _("Onder de zestien mag dat alleen als een ouder of voogd ja zegt. Tot dan doen wij niets."),
            _(
                "Lees wat het is, en zeg ja of nee. Zegt u niets vóór %(until)s? Dan wissen wij alles. "
                "Kent u dit kind niet? Zeg dan nee, of bel ons: %(telephone)s.",
                until=until,
                telephone=facts.municipality.telephone,
            ),
        ),
        _("Lees wat het is"),
        places.guardians.url(consent.id),
    )


def _parent_awaited(facts: NoticeFacts, places: Places, now: datetime) -> MailText | None:
    if _waiting(facts, now) is None:
        return None
    return MailText(
        _("We wachten op je vader of moeder"),
        (
            _("Wat fijn dat je mensen wilt helpen!"),
            _("Je bent nog geen zestien. Daarom vragen we het eerst aan je vader, moeder of voogd."),
            _("Zeggen zij ja? Dan krijg je een mail van ons. Tot dan ziet niemand iets van jou."),
        ),
        _("Bekijk wie er hulp zoekt"),
        places.requests,
    )


def _parent_thanked(facts: NoticeFacts, places: Places, now: datetime) -> MailText | None:
    consent = facts.parental
    if consent is None or consent.status is not ParentalStatus.GIVEN:
        return None
    return MailText(
        _("Dank u wel. Bewaar deze mail"),
        (
            _("U vindt het goed dat uw kind mensen helpt."),
            _("Met de knop ziet u altijd wat uw kind doet, wanneer, en in welke wijk."),
            _("Wilt u stoppen? Dat kan daar ook, zonder reden. Het gaat dan meteen in."),
        ),
        _("Bekijk wat mijn kind doet"),
        places.guardians.url(consent.id),
    )


def _young_stopped(facts: NoticeFacts, places: Places, now: datetime) -> MailText | None:
    if facts.match is None or facts.request is None:
        return None
    goes_on = live(facts.request) is not None
    return MailText(
        _("%(who)s kan toch niet komen: %(what)s", who=helper(facts), what=label_of(facts)),
        (
            _("%(who)s kan u niet helpen. Dat is jammer. Het ligt niet aan u.", who=helper(facts)),
            _(
                "Iemand van %(organisation)s kijkt met u mee. Wij zoeken meteen weer iemand.",
                organisation=facts.municipality.organisation,
            )
            if goes_on
            else _("Hebt u nog hulp nodig? Stel dan een nieuwe vraag, of bel ons."),
        ),
        _("Bekijk mijn vraag"),
        places.request(facts.request.id),
    )


def _pair_for_coordinator(facts: NoticeFacts, places: Places, now: datetime) -> MailText | None:
    request, proposal = live(facts.request), facts.proposal
    if request is None or proposal is None or proposal.status is not ProposalStatus.WAITING:
        return None
    by = dates.near_moment(proposal.expires_at, now=now)
    return MailText(
        _("Kijkt u mee? Een jonge helper bij iemand thuis in %(place)s", place=request.neighbourhood),
        (
            _("Iemand onder de zestien zei ja: %(what)s, bij iemand thuis.", what=label_of(facts)),
            _("Dat mag alleen met nog iemand erbij. Beslis vóór %(by)s.", by=by),
            _("Doet u niets? Dan bedanken wij de helper, en vragen wij een ander."),
        ),
        _("Kijk mee"),
        places.young_work,
    )


def _pair_not_approved(facts: NoticeFacts, places: Places, now: datetime) -> MailText | None:
    if facts.proposal is None or facts.proposal.status is not ProposalStatus.REFUSED:
        return None
    return MailText(
        _("Dank je wel dat je %(who)s wilde helpen", who=asker(facts)),
        (
            _("Deze keer zoeken we iemand anders. Het is bij iemand thuis, en je bent nog geen zestien."),
            _("Het ligt niet aan jou. Er is vast iets anders dat bij je past."),
        ),
        _("Bekijk wie er hulp zoekt"),
        places.requests,
        stop_url=places.my_page,
    )


def with_company(facts: NoticeFacts, now: datetime) -> tuple[str, ...]:
    """What who is helped at home hears of somebody under sixteen: never the two alone."""
    is_child = facts.volunteer is not None and needs_parent(facts.volunteer.born_on, now)
    if not is_child or facts.request is None or not facts.request.is_at_home:
        return ()
    return (_("%(who)s is nog geen zestien. Zorg dat er steeds nog iemand bij is.", who=helper(facts)),)


TEXTS_OF_YOUNG: Final[Mapping[NoticeKind, Callable[[NoticeFacts, Places, datetime], MailText | None]]] = {
    NoticeKind.PARENT_ASKED: _parent_asked,
    NoticeKind.PARENT_AWAITED: _parent_awaited,
    NoticeKind.PARENT_THANKED: _parent_thanked,
    NoticeKind.YOUNG_STOPPED: _young_stopped,
    NoticeKind.PAIR_FOR_COORDINATOR: _pair_for_coordinator,
    NoticeKind.PAIR_NOT_APPROVED: _pair_not_approved,
}
