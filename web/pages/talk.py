"""What two people wrote to each other, reporting what is not right, and whom one blocked."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID, uuid4

from sqlmodel import Session

from marketplace.errors import NotFound
from marketplace.models import Message, ReportAbout, ReportStatus
from marketplace.permissions import Actor
from marketplace.queries import blocks, conversations, meeting, moderation
from marketplace.talk import pairs
from marketplace.talk.conversing import POLICY, Opened
from marketplace.talk.pairs import CONTACT, Pair
from web import dates
from web.labels.problems import sentences_of
from web.labels.requests import YOUR_TURN, count_words
from web.labels.talk import KINDS
from web.pages.buddies import OWN as OWN_BUDDY
from web.pages.meeting import SurePage
from web.pages.my_page import Item

Choice = tuple[str, str]
# How what is reported is called in addresses.
SLUGS: Final[Mapping[str, ReportAbout]] = {
    "hulpvraag": ReportAbout.REQUEST,
    "vrijwilliger": ReportAbout.OFFER,
    "bericht": ReportAbout.MESSAGE,
    "persoon": ReportAbout.PERSON,
}
_WHAT: Final[Mapping[ReportAbout, str]] = {
    ReportAbout.REQUEST: "deze hulpvraag",
    ReportAbout.OFFER: "deze vrijwilliger",
    ReportAbout.MESSAGE: "dit bericht",
    ReportAbout.PERSON: "deze persoon",
}


@dataclass(frozen=True)
class MessageLine:
    """One message: who, when, and what; ``report_href`` is empty for one's own."""

    who: str
    when: str
    text: str
    is_mine: bool
    is_new: bool
    is_hidden: bool
    report_href: str


@dataclass(frozen=True)
class ConversationPage:
    """A conversation, as one of the two sees it."""

    title: str
    path: str
    back: str
    other: str
    lines: tuple[MessageLine, ...]
    is_open: bool
    kept: str
    block_href: str
    report_href: str
    token: str
    typed: str = ""
    # Asked once more, where a number or an address stands in it too soon.
    asks_again: bool = False
    errors: Mapping[str, str] = field(default_factory=dict)
    most: int = POLICY.most_characters


def read_conversation_page(
    session: Session,
    opened: Opened,
    *,
    actor: Actor,
    now: datetime,
    typed: str = "",
    token: str = "",
    asks_again: bool = False,
    problems: Mapping[str, str] | None = None,
) -> ConversationPage:
    """The words, oldest first, and room for one more."""
    pair = opened.pair
    other_id = pair.asker_ids[0] if opened.is_volunteer else pair.helper_id
    other = _other_name(session, pair, actor)
    here = conversation_href(pair.id)
    return ConversationPage(
        title=f"Berichten met {other}",
        path=here,
        back=_back(pair),
        other=other,
        lines=tuple(_line(one, opened, other, now) for one in opened.messages),
        is_open=opened.is_open,
        kept=_kept(),
        block_href=_block_href(pair.id),
        report_href=f"/melden/persoon/{other_id}?afspraak={pair.id}",
        token=token or str(uuid4()),
        typed=typed,
        asks_again=asks_again,
        errors=sentences_of(problems or {}),
    )


def _line(message: Message, opened: Opened, other: str, now: datetime) -> MessageLine:
    is_mine = message.is_of_volunteer is opened.is_volunteer
    is_hidden = message.hidden_at is not None
    return MessageLine(
        who=_who(message, other, is_mine=is_mine),
        when=dates.moment(message.sent_at, today=dates.day_of(now)),
        text="Dit bericht is verborgen door een medewerker." if is_hidden else message.text,
        is_mine=is_mine,
        is_new=not is_mine and (message.seq or 0) > opened.read_seq,
        is_hidden=is_hidden,
        report_href="" if is_mine or is_hidden else f"/melden/bericht/{message.id}",
    )


def conversation_href(pair_id: UUID) -> str:
    """Where two people write to each other; the id is that of their match, or of their introduction."""
    return f"/koppelingen/{pair_id}/berichten"


def _who(message: Message, other: str, *, is_mine: bool) -> str:
    """Who it was; what somebody of us wrote down says so."""
    name = "U" if is_mine else other
    return f"{name}, aan de telefoon opgeschreven door een medewerker" if message.typed_by_id else name


def _back(pair: Pair) -> str:
    return f"{OWN_BUDDY}/{pair.trajectory.id}" if pair.trajectory else f"/koppelingen/{pair.id}"


def _block_href(pair_id: UUID) -> str:
    return f"/koppelingen/{pair_id}/blokkeren"


def _other_name(session: Session, pair: Pair, actor: Actor) -> str:
    """The first name of the other side, or the organisation that asks."""
    if not pair.is_helper(actor.person_id):
        return meeting.get_first_name(session, pair.helper_id)
    organisation = pair.request.organisation_name if pair.request else ""
    return organisation or meeting.get_first_name(session, pair.asker_ids[0])


def _kept() -> str:
    return (
        f"U kunt elkaar schrijven tot {CONTACT.days_after_end} dagen na het einde van de afspraak. "
        f"Daarna bewaren wij de berichten nog tot {POLICY.kept_days_after_end} dagen na het einde. Dan wissen wij ze."
    )


def waiting_items(session: Session, actor: Actor, *, now: datetime) -> tuple[Item, ...]:
    """For *Nu voor u*: who wrote and was not read yet, and a text of one's own that is to be changed."""
    open_since = now - timedelta(days=CONTACT.days_after_end)
    unread = conversations.list_unread_of(session, actor.person_id, open_since=open_since)
    to_change = [one for one in moderation.list_about(session, actor.person_id) if one.status is ReportStatus.TO_CHANGE]
    return (
        *(
            Item("/mijn/teksten", "Wilt u uw tekst aanpassen?", "Wij lazen uw tekst. Er moet iets anders.", YOUR_TURN)
            for _ in to_change[:1]
        ),
        *(
            Item(
                conversation_href(row.conversation_id),
                f"{row.other} schreef u",
                f"U hebt {count_words(((row.unread, 'nieuw bericht', 'nieuwe berichten'),))}.",
                YOUR_TURN,
            )
            for row in unread
        ),
    )


# --- reporting and blocking ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class ReportPage:
    """Something is not right: what kind, and in words."""

    title: str
    action: str
    kinds: tuple[Choice, ...]
    back: str
    # The match, or the pair with a buddy, that it is reported from; empty where it is public.
    match_id: str = ""
    quote: str = ""
    typed: Mapping[str, str] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class ReportedPage:
    """It was reported: what happens next, and how to see no more of each other."""

    block_href: str
    back: str
    title: str = "Dank u wel. Wij kijken ernaar."


def read_report_page(
    session: Session,
    slug: str,
    subject_id: UUID,
    *,
    match_id: UUID | None,
    actor: Actor,
    typed: Mapping[str, str] | None = None,
    problems: Mapping[str, str] | None = None,
) -> ReportPage:
    """The form. Raises NotFound for what is not there, or is not theirs to read."""
    about = about_of(slug)
    request, offer, message, author_id = moderation.find_author(session, about, subject_id)
    if author_id is None or author_id == actor.person_id or (offer is not None and not offer.is_public):
        raise NotFound(f"{about.value} {subject_id}")
    match_id = message.conversation_id if message else match_id
    if about in (ReportAbout.MESSAGE, ReportAbout.PERSON) and match_id is None:
        raise NotFound(f"{about.value} {subject_id}")
    pair = pairs.get_own(session, match_id, actor) if match_id else None
    back = _back(pair) if pair else "/hulpvragen" if request else "/vrijwilligers"
    return ReportPage(
        title=f"Wat is er mis met {_WHAT[about]}?",
        action=f"/melden/{slug}/{subject_id}",
        kinds=tuple((kind.value, words) for kind, words in KINDS.items()),
        back=f"/hulpvragen/{request.id}" if request else f"/vrijwilligers/{offer.id}" if offer else back,
        match_id=str(match_id) if match_id else "",
        quote=message.text if message and message.hidden_at is None else "",
        typed=typed or {},
        errors=sentences_of(problems or {}),
    )


def read_reported_page(session: Session, pair_id: UUID | None, *, actor: Actor) -> ReportedPage:
    """After reporting; out of a pair also how to see no more of each other. Raises NotFound."""
    if pair_id is None:
        return ReportedPage(block_href="", back="/mijn")
    return ReportedPage(block_href=_block_href(pair_id), back=_back(pairs.get_own(session, pair_id, actor)))


def about_of(slug: str) -> ReportAbout:
    """What an address names. Raises NotFound."""
    if slug not in SLUGS:
        raise NotFound(slug)
    return SLUGS[slug]


def read_block_page(session: Session, match_id: UUID, *, actor: Actor) -> SurePage:
    """Really? The other is not told why. Raises NotFound."""
    name = _other_name(session, pairs.get_own(session, match_id, actor), actor)
    return SurePage(
        title=f"Wilt u {name} niet meer tegenkomen?",
        lead=f"U ziet {name} dan niet meer bij ons, en {name} ziet u niet meer. Wij vragen u nooit meer voor elkaar.",
        more="Loopt er een afspraak? Die zeggen wij netjes af. Wij zeggen niet waarom. U kunt dit later terugdraaien.",
        action=_block_href(match_id),
        button=f"Ja, {name} niet meer",
        back=conversation_href(match_id),
        back_words="Nee, laat het zo",
    )


@dataclass(frozen=True)
class Blocked:
    """Somebody whom one blocked."""

    person_id: str
    name: str
    since: str


@dataclass(frozen=True)
class BlockedPeoplePage:
    """Whom one does not want to meet any more."""

    people: tuple[Blocked, ...]
    title: str = "Wie u niet meer wilt tegenkomen"


def read_blocked_people(session: Session, actor: Actor, *, now: datetime) -> BlockedPeoplePage:
    """Everybody, the latest first."""
    today = dates.day_of(now)
    return BlockedPeoplePage(
        tuple(
            Blocked(str(person_id), name, dates.day(dates.day_of(at), today=today))
            for person_id, name, at in blocks.list_blocked_by(session, actor.person_id)
        )
    )
