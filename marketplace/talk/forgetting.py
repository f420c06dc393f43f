"""What goes with somebody who leaves, what time takes, and what somebody gets of all this when they ask for it."""

from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session

from marketplace import anonymising
from marketplace.models import ContactWishes, ModerationStepKind, Person, ReportStatus
from marketplace.queries import blocks, conversations
from marketplace.queries import moderation as queries
from marketplace.talk import conversing, moderating, wishing


def forget_conversations(session: Session, now: datetime, *, limit: int) -> int:
    """The words of conversations that were closed long enough. How many conversations."""
    before = now - timedelta(days=conversing.POLICY.kept_days_after_end)
    ended = conversations.list_to_empty(session, ended_before=before, limit=limit)
    for conversation in ended:
        conversing.empty(session, conversation, now=now)
    return len(ended)


def forget_reports(session: Session, before: datetime, *, limit: int) -> int:
    """The words of reports that were settled long enough. How many."""
    ended = queries.list_ended_with_words(session, before, limit=limit)
    for report in ended:
        moderating.empty(session, report)
    return len(ended)


def forget_person(session: Session, person: Person, now: datetime) -> None:
    """Somebody leaves for good: their words and wishes go; what was reported about them is settled; no bar is left."""
    for message in conversations.list_written_by(session, person.id):
        message.text, message.sender_id = "", None
    if (names := anonymising.names_of(person)) is not None:
        for message in conversations.list_near(session, person.id):
            message.text = names.sub(anonymising.GONE, message.text)
    for report in queries.list_about(session, person.id):
        moderating.settle_as_gone(session, report, now=now)
        moderating.empty(session, report)
        report.person_id = None
    for report in queries.list_by(session, person.id):
        report.words, report.reporter_id = "", None
        if report.status is not ReportStatus.CLOSED:
            report.occasion = f"{report.about.value}:{report.id}:gone"
    suspensions = queries.list_suspensions_of(session, person.id)
    for step in queries.list_steps_by(session, [], [one.id for one in suspensions]):
        step.text = ""
        if step.kind is ModerationStepKind.APPEALED:
            step.actor_id = None
    session.flush()
    for suspension in suspensions:
        suspension.appeal = suspension.reason = suspension.answer = ""
    rows: list[Any] = [*blocks.list_blocks_of(session, person.id), *conversations.list_reads_of(session, person.id)]
    if (wishes := session.get(ContactWishes, person.id)) is not None:
        rows.append(wishes)
    for row in rows:
        session.delete(row)
    session.flush()


def export(session: Session, person_id: Any) -> dict[str, Any]:
    """What somebody wrote, reported, blocked and wished; never what others wrote of them."""
    wishes = wishing.read_wishes(session, person_id)
    return {
        "messages_written": [
            {"at": row.sent_at.isoformat(), "text": row.text, "typed_by_staff": row.typed_by_id is not None}
            for row in conversations.list_written_by(session, person_id)
        ],
        "reported": [
            {"at": row.reported_at.isoformat(), "kind": row.kind.value if row.kind else None, "words": row.words}
            for row in queries.list_by(session, person_id)
        ],
        "judged": [
            {
                "at": row.reported_at.isoformat(),
                "about": row.about.value,
                "outcome": row.outcome.value if row.outcome else None,
                "told": row.told,
            }
            for row in queries.list_about(session, person_id)
        ],
        "blocked_people": [
            {"name": name, "at": at.isoformat()} for _, name, at in blocks.list_blocked_by(session, person_id)
        ],
        "account_blocked": [
            {
                "at": row.began_at.isoformat(),
                "reason": row.reason,
                "appeal": row.appeal,
                "answer": row.answer,
                "status": row.status.value,
            }
            for row in queries.list_suspensions_of(session, person_id)
        ],
        "wishes": {
            "contact_by": wishes.contact_by.value,
            "digest": wishes.digest.value,
            "quiet_from_minute": wishes.quiet_from_minute,
            "quiet_until_minute": wishes.quiet_until_minute,
        },
    }
