"""What mails say: one function for each kind of notice, from the facts to the words. Dutch, B1, *u*.

A mail may be read by somebody else: no surname, address, telephone number or e-mail address stands in one, only the
first name and neighbourhood of who asks. A function returns None where there is nothing left to tell.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final

from marketplace.models import NoticeKind, Origin, Proposal, ProposalStatus
from marketplace.queries.work import NoticeFacts
from marketplace.waiting import came_from_list
from web import dates
from web.mail_texts_of_buddies import TEXTS_OF_BUDDIES
from web.mail_texts_of_clubs import TEXTS_OF_CLUBS
from web.mail_texts_of_ladder import TEXTS_OF_LADDER
from web.mail_texts_of_meetings import TEXTS_OF_MEETINGS, late_cancelling, thanks_with_words
from web.mail_texts_of_recognition import TEXTS_OF_RECOGNITION
from web.mail_texts_of_rides import TEXTS_OF_RIDES
from web.mail_texts_of_roles import TEXTS_OF_ROLES
from web.mail_texts_of_series import TEXTS_OF_SERIES, series_line
from web.mail_texts_of_talk import TEXTS_OF_TALK
from web.mail_texts_of_together import TEXTS_OF_TOGETHER
from web.mail_texts_of_young import TEXTS_OF_YOUNG, with_company
from web.mail_words import (
    DOING,
    MailText,
    Places,
    _,
    asker,
    helper,
    is_to_requester,
    label_of,
    live,
    running,
)

Text = Callable[[NoticeFacts, Places, datetime], MailText | None]


# --- signing in --------------------------------------------------------------------------------------------------

_ONCE: Final = "De knop werkt tien minuten, en één keer."
_NOT_YOU: Final = "Hebt u dit niet gevraagd? Dan hoeft u niets te doen."


def _sign_in(facts: NoticeFacts, places: Places, now: datetime) -> MailText | None:
    return _link_mail(
        facts, places, now, "Uw link om in te loggen", "U wilt inloggen. Dat kan met de knop.", "Log mij in"
    )


def _confirm_request(facts: NoticeFacts, places: Places, now: datetime) -> MailText | None:
    first = "U wilt hulp vragen. Druk op de knop. Dan gaan wij voor u zoeken."
    return _link_mail(facts, places, now, "Nog één stap: plaats uw vraag", first, "Plaats mijn vraag")


def _confirm_offer(facts: NoticeFacts, places: Places, now: datetime) -> MailText | None:
    first = "U wilt mensen helpen. Wat fijn! Druk op de knop. Dan doet u mee."
    if facts.draft is not None and facts.draft.answers.get("asked_parent"):
        agreed = "Goed nieuws: je mag mensen helpen! Druk op de knop. Dan doe je mee."
        return _link_mail(facts, places, now, "Nog één stap: doe mee", agreed, "Ja, ik doe mee")
    return _link_mail(facts, places, now, "Nog één stap: doe mee", first, "Ja, ik doe mee")


def _confirm_buddy(facts: NoticeFacts, places: Places, now: datetime) -> MailText | None:
    first = "U wilt om een buddy vragen. Druk op de knop. Dan bellen wij voor een gesprek."
    return _link_mail(facts, places, now, "Nog één stap: vraag om een buddy", first, "Vraag om een buddy")


def _confirm_ride(facts: NoticeFacts, places: Places, now: datetime) -> MailText | None:
    first = "U wilt een rit aanvragen. Druk op de knop. Dan zoeken wij een chauffeur."
    return _link_mail(facts, places, now, "Nog één stap: vraag uw rit aan", first, "Vraag mijn rit aan")


def _link_mail(
    facts: NoticeFacts, places: Places, now: datetime, subject: str, first: str, label: str
) -> MailText | None:
    link = facts.link
    if link is None or link.used_at is not None or now >= link.expires_at:
        return None
    return MailText(_(subject), (_(first), _(_ONCE), _(_NOT_YOU)), _(label), places.sign_ins.url(link.id))


def _confirm_address(facts: NoticeFacts, places: Places, now: datetime) -> MailText | None:
    link = facts.link
    if link is None or link.used_at is not None or now >= link.expires_at:
        return None
    return MailText(
        _("Is dit uw nieuwe e-mailadres?"),
        (_("U wilt dit e-mailadres voortaan bij ons gebruiken. Druk dan op de knop."), _(_ONCE), _(_NOT_YOU)),
        _("Ja, dit is mijn adres"),
        places.address_links.url(link.id),
    )


def _sign_in_changed(facts: NoticeFacts, places: Places, now: datetime) -> MailText | None:
    return MailText(
        _("Er is iets veranderd aan uw inloggen"),
        (
            _("Uw wachtwoord, uw e-mailadres of uw tweede stap is veranderd."),
            _("Was u dat zelf? Dan hoeft u niets te doen."),
            _("Was u het niet? Bel ons dan meteen: %(telephone)s.", telephone=facts.municipality.telephone),
        ),
        _("Bekijk hoe u inlogt"),
        places.my_sign_ins,
    )


def _still_there(facts: NoticeFacts, places: Places, now: datetime) -> MailText | None:
    if facts.to is None or facts.to.warned_at is None:
        return None
    return MailText(
        _("Wilt u bij ons blijven?"),
        (
            _("Wij hebben u bijna twee jaar niet gezien."),
            _(
                "Wilt u blijven? Log dan een keer in. Bellen mag ook: %(telephone)s.",
                telephone=facts.municipality.telephone,
            ),
            _("Horen wij niets? Dan wissen wij over een maand uw gegevens."),
        ),
        _("Ik blijf graag"),
        places.my_page,
    )


# --- who asks ----------------------------------------------------------------------------------------------------


def _request_posted(facts: NoticeFacts, places: Places, now: datetime) -> MailText | None:
    request = live(facts.request)
    if request is None:
        return None
    until = dates.near_moment(request.respond_by, now=now)
    return MailText(
        _("Wij zoeken iemand voor u: %(what)s", what=label_of(facts)),
        (
            _("Uw vraag staat er. Wij vragen nu mensen bij u in de buurt."),
            _("Zegt iemand ja? Dan krijgt u meteen een mail."),
            _("Wij zoeken tot %(until)s. Lukt het niet? Dan kijkt iemand van ons mee.", until=until),
        ),
        _("Bekijk mijn vraag"),
        places.request(request.id),
    )


def _asked_for_you(facts: NoticeFacts, places: Places, now: datetime) -> MailText | None:
    request = live(facts.request)
    if request is None:
        return None
    who = facts.representative.first_name if facts.representative else _("Iemand")
    return MailText(
        _("%(who)s vroeg hulp voor u: %(what)s", who=who, what=label_of(facts)),
        (
            _("%(who)s heeft voor u om hulp gevraagd. Wij zoeken nu iemand bij u in de buurt.", who=who),
            _("%(who)s hoort van ons hoe het gaat, en mag voor u beslissen.", who=who),
            _("Wilt u dit niet? Bel ons. Dan stoppen wij meteen."),
        ),
        _("Bekijk de vraag"),
        places.request(request.id),
    )


def _yes_waits(facts: NoticeFacts, places: Places, now: datetime) -> MailText | None:
    if facts.request is None or facts.proposal is None or facts.proposal.status is not ProposalStatus.WAITING:
        return None
    until = dates.near_moment(facts.proposal.expires_at, now=now)
    return MailText(
        _("%(who)s wil u helpen. Kiest u?", who=helper(facts)),
        (
            _("U wilde zelf kiezen wie u helpt. %(who)s heeft ja gezegd.", who=helper(facts)),
            _("Kies vóór %(until)s. Daarna zoeken wij verder.", until=until),
        ),
        _("Bekijk wie er wil helpen"),
        places.request(facts.request.id),
    )


def _match_for_requester(facts: NoticeFacts, places: Places, now: datetime) -> MailText | None:
    match = running(facts.match)
    if match is None:
        return None
    until = dates.near_moment(match.objection_until, now=now)
    return MailText(
        _("%(who)s komt u helpen: %(what)s", who=helper(facts), what=label_of(facts)),
        (
            _("%(who)s heeft ja gezegd op uw vraag.", who=helper(facts)),
            _("Is dat goed? Zeg dan prima. Dan kunt u elkaar meteen bellen of mailen."),
            _("Wilt u liever iemand anders? Zeg dat vóór %(until)s.", until=until),
            *with_company(facts, now),
        ),
        _("Bekijk wie er komt"),
        places.match(match.id),
    )


def _escalated_for_requester(facts: NoticeFacts, places: Places, now: datetime) -> MailText | None:
    request = live(facts.request)
    if request is None:
        return None
    return MailText(
        _("Iemand van %(organisation)s helpt zoeken", organisation=facts.municipality.organisation),
        (
            _("Er is nog niemand gevonden voor uw vraag: %(what)s.", what=label_of(facts)),
            _("Daarom kijkt nu iemand van %(organisation)s mee.", organisation=facts.municipality.organisation),
            _("U hoeft niets te doen. U hoort van ons."),
        ),
        _("Bekijk mijn vraag"),
        places.request(request.id),
    )


def _request_closed(facts: NoticeFacts, places: Places, now: datetime) -> MailText | None:
    if facts.request is None:
        return None
    return MailText(
        _("Wij hebben uw vraag gesloten: %(what)s", what=label_of(facts)),
        (
            _("Wij zoeken niet verder voor deze vraag. Op de pagina leest u waarom."),
            _("Hebt u nog hulp nodig? Stel dan gerust een nieuwe vraag, of bel ons."),
        ),
        _("Lees waarom"),
        places.request(facts.request.id),
    )


def _request_withdrawn(facts: NoticeFacts, places: Places, now: datetime) -> MailText | None:
    if facts.request is None:
        return None
    return MailText(
        _("U hebt uw vraag ingetrokken: %(what)s", what=label_of(facts)),
        (
            _("Wij zoeken niet verder. Wie al gevraagd was, weet het ook."),
            _("Hebt u later weer hulp nodig? Wij helpen u graag."),
        ),
        _("Naar mijn pagina"),
        places.my_page,
    )


# --- who helps ---------------------------------------------------------------------------------------------------


def _offer_made(facts: NoticeFacts, places: Places, now: datetime) -> MailText | None:
    return MailText(
        _("Fijn dat u mee wilt helpen"),
        (
            _("U staat op onze lijst. Past er een hulpvraag bij u? Dan vragen wij u."),
            _("U mag altijd nee zeggen. Dat is nooit erg."),
            _("Wilt u zelf kiezen? Kijk dan bij de hulpvragen."),
        ),
        _("Bekijk de hulpvragen"),
        places.requests,
        stop_url=places.my_page,
    )


def _proposal(facts: NoticeFacts, places: Places, now: datetime) -> MailText | None:
    proposal, request = facts.proposal, live(facts.request)
    if proposal is None or request is None or proposal.status is not ProposalStatus.OPEN or now >= proposal.expires_at:
        return None
    until = dates.near_moment(proposal.expires_at, now=now)
    answer = _("Antwoord graag vóór %(until)s. Nee zeggen mag altijd.", until=until)
    if facts.others_asked:
        answer += " " + _("Wij vragen dit ook aan anderen.")
    url = places.answers.url(proposal.id)
    what = f"{_what_it_takes(facts, proposal, now)} {series_line(facts)}".strip()
    return MailText(
        _question(facts, now),
        tuple(line for line in (_who_asks(facts, proposal), what, answer) if line),
        _("Geef antwoord"),
        url,
        stop_url=url,
    )


def _question(facts: NoticeFacts, now: datetime) -> str:
    request = facts.request
    assert request is not None
    words = [_("Kunt u"), _when(facts, now), DOING.get(request.skill_code, _("helpen"))]
    return f"{' '.join(word for word in words if word)} in {request.neighbourhood}?"


def _when(facts: NoticeFacts, now: datetime) -> str:
    """The day, where there is one; with more to choose from, the mail itself says when."""
    today = dates.day_of(now)
    days = {dates.day_of(window.starts_at) for window in facts.windows if window.ends_at > now}
    if len(days) != 1:
        return ""
    (only,) = days
    return dates.near_day(only, today=today)


def _who_asks(facts: NoticeFacts, proposal: Proposal) -> str:
    request = facts.request
    assert request is not None
    if proposal.origin is Origin.RESIDENT_CHOICE:
        return _("%(who)s uit %(place)s vraagt het aan u zelf.", who=asker(facts), place=request.neighbourhood)
    if came_from_list(proposal):
        return _("Er is een plek vrij bij %(who)s. U stond op de wachtlijst.", who=asker(facts))
    return _("%(who)s uit %(place)s zoekt iemand. Wij dachten aan u.", who=asker(facts), place=request.neighbourhood)


def _what_it_takes(facts: NoticeFacts, proposal: Proposal, now: datetime) -> str:
    request, today = facts.request, dates.day_of(now)
    assert request is not None
    coming = [window for window in facts.windows if window.ends_at > now]
    sentences = [_("Waar het om gaat: %(what)s.", what=label_of(facts))]
    if coming:
        when = dates.window(coming[0].starts_at, coming[0].ends_at, today=today)
        sentences.append(_("Het kan op %(when)s.", when=when))
        if len(coming) > 1:
            sentences.append(_("Een ander moment kan ook."))
    sentences.append(_("Het duurt ongeveer %(long)s.", long=dates.duration(request.minutes)))
    sentences.append(_("Het is %(distance)s.", distance=dates.distance(proposal.distance_km)))
    return " ".join(sentences)


def _proposal_withdrawn(facts: NoticeFacts, places: Places, now: datetime) -> MailText | None:
    return _it_went_to_another(facts, places, _("Het hoeft niet meer: %(what)s", what=label_of(facts)))


def _yes_not_chosen(facts: NoticeFacts, places: Places, now: datetime) -> MailText | None:
    return _it_went_to_another(facts, places, _("Dank u wel. Dit keer werd het iemand anders"))


def _yes_unhonoured(facts: NoticeFacts, places: Places, now: datetime) -> MailText | None:
    return _it_went_to_another(facts, places, _("Dank u wel. Iemand was u net voor"))


def _it_went_to_another(facts: NoticeFacts, places: Places, subject: str) -> MailText | None:
    request = facts.request
    if request is None:
        return None
    return MailText(
        subject,
        (
            _(
                "Voor de vraag van %(who)s uit %(place)s bent u nu niet nodig.",
                who=asker(facts),
                place=request.neighbourhood,
            ),
            _("Dank u wel dat u mee wilde doen. Dat helpt ons elke keer."),
            _("Er zijn nog meer mensen die iemand zoeken."),
        ),
        _("Bekijk de hulpvragen"),
        places.requests,
        stop_url=places.my_page,
    )


def _match_for_volunteer(facts: NoticeFacts, places: Places, now: datetime) -> MailText | None:
    match, request = running(facts.match), facts.request
    if match is None or request is None:
        return None
    until = dates.near_moment(match.objection_until, now=now)
    return MailText(
        _("Dank u wel: u helpt %(who)s in %(place)s", who=asker(facts), place=request.neighbourhood),
        (
            _("Er kwam een plek vrij: %(what)s. U wilde ook op het laatste moment.", what=label_of(facts))
            if facts.proposal is not None and came_from_list(facts.proposal)
            else _("U hebt ja gezegd: %(what)s. Wat fijn.", what=label_of(facts)),
            _(
                "%(who)s hoort dat nu. Uiterlijk %(until)s krijgt u te zien hoe u elkaar bereikt.",
                who=asker(facts),
                until=until,
            ),
            _("Kunt u toch niet? Zeg het ons met de knop. Dan zoeken wij iemand anders."),
        ),
        _("Bekijk de afspraak"),
        places.answers.url(match.proposal_id),
        stop_url=places.my_page,
    )


def _objected(facts: NoticeFacts, places: Places, now: datetime) -> MailText | None:
    return _off(facts, places, _("Dat zegt niets over u. Wij vragen u graag een andere keer."))


def _thanks(facts: NoticeFacts, places: Places, now: datetime) -> MailText | None:
    if facts.match is None:
        return None
    if facts.remark:
        return thanks_with_words(facts, places)
    return MailText(
        _("Dank u wel voor uw hulp aan %(who)s", who=asker(facts)),
        (
            _("U hebt geholpen: %(what)s.", what=label_of(facts)),
            _("Namens %(who)s en namens ons: dank u wel.", who=asker(facts)),
        ),
        _("Bekijk andere hulpvragen"),
        places.requests,
        stop_url=places.my_page,
    )


# --- both, and staff ---------------------------------------------------------------------------------------------


def _details_open(facts: NoticeFacts, places: Places, now: datetime) -> MailText | None:
    match = running(facts.match)
    if match is None:
        return None
    other = helper(facts) if is_to_requester(facts) else asker(facts)
    return MailText(
        _("U kunt %(who)s nu bereiken", who=other),
        (
            _("U ziet nu hoe u %(who)s kunt bellen of mailen.", who=other),
            _what_to_agree(facts, now),
        ),
        _("Bekijk de afspraak"),
        places.match(match.id) if is_to_requester(facts) else places.answers.url(match.proposal_id),
    )


def _what_to_agree(facts: NoticeFacts, now: datetime) -> str:
    if facts.about_series is not None:
        return _("Wanneer het is, staat op de pagina. U hoeft niets meer af te spreken.")
    if facts.appointment is None:
        return _("Maak samen een afspraak. Wacht niet te lang: een ander wacht op u.")
    when = dates.near_moment(facts.appointment.starts_at, now=now)
    return _("Het gaat om %(when)s. Zeg op de pagina of dat zo is afgesproken.", when=when)


def _cancelled(facts: NoticeFacts, places: Places, now: datetime) -> MailText | None:
    if not is_to_requester(facts):
        return _off(facts, places, _("Dank u wel dat u wilde helpen. Wij vragen u graag een andere keer."))
    if facts.match is None or facts.request is None:
        return None
    near = late_cancelling(facts, now)
    goes_on = facts.request.ended_at is None
    return MailText(
        _("%(who)s kan toch niet komen: %(what)s", who=helper(facts), what=label_of(facts)),
        (
            " ".join(filter(None, (_("%(who)s kan u niet helpen. Dat is jammer.", who=helper(facts)), near))),
            _("Wij zoeken meteen weer iemand voor u. U hoeft niets te doen.")
            if goes_on
            else _("Hebt u nog hulp nodig? Stel dan een nieuwe vraag, of bel ons."),
        ),
        _("Bekijk mijn vraag"),
        places.request(facts.request.id),
    )


def _off(facts: NoticeFacts, places: Places, kind_words: str) -> MailText | None:
    if facts.match is None:
        return None
    return MailText(
        _("Het gaat niet door: %(what)s", what=label_of(facts)),
        (
            _("De afspraak met %(who)s gaat niet door.", who=asker(facts)),
            kind_words,
        ),
        _("Bekijk andere hulpvragen"),
        places.requests,
        stop_url=places.my_page,
    )


TEXTS: Final[Mapping[NoticeKind, Text]] = {
    NoticeKind.SIGN_IN: _sign_in,
    NoticeKind.CONFIRM_REQUEST: _confirm_request,
    NoticeKind.CONFIRM_OFFER: _confirm_offer,
    NoticeKind.CONFIRM_RIDE: _confirm_ride,
    NoticeKind.CONFIRM_BUDDY: _confirm_buddy,
    NoticeKind.REQUEST_POSTED: _request_posted,
    NoticeKind.ASKED_FOR_YOU: _asked_for_you,
    NoticeKind.OFFER_MADE: _offer_made,
    NoticeKind.PROPOSAL: _proposal,
    NoticeKind.PROPOSAL_WITHDRAWN: _proposal_withdrawn,
    NoticeKind.YES_WAITS: _yes_waits,
    NoticeKind.YES_NOT_CHOSEN: _yes_not_chosen,
    NoticeKind.YES_UNHONOURED: _yes_unhonoured,
    NoticeKind.MATCH_FOR_REQUESTER: _match_for_requester,
    NoticeKind.MATCH_FOR_VOLUNTEER: _match_for_volunteer,
    NoticeKind.DETAILS_OPEN: _details_open,
    NoticeKind.OBJECTED: _objected,
    NoticeKind.CANCELLED: _cancelled,
    NoticeKind.ESCALATED_FOR_REQUESTER: _escalated_for_requester,
    NoticeKind.REQUEST_CLOSED: _request_closed,
    NoticeKind.REQUEST_WITHDRAWN: _request_withdrawn,
    NoticeKind.THANKS: _thanks,
    **TEXTS_OF_MEETINGS,
    **TEXTS_OF_RIDES,
    **TEXTS_OF_ROLES,
    **TEXTS_OF_LADDER,
    **TEXTS_OF_YOUNG,
    **TEXTS_OF_RECOGNITION,
    **TEXTS_OF_TOGETHER,
    **TEXTS_OF_SERIES,
    **TEXTS_OF_TALK,
    **TEXTS_OF_CLUBS,
    **TEXTS_OF_BUDDIES,
    NoticeKind.CONFIRM_ADDRESS: _confirm_address,
    NoticeKind.SIGN_IN_CHANGED: _sign_in_changed,
    NoticeKind.STILL_THERE: _still_there,
}
