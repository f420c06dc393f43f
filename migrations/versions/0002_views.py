"""What others may rely on: v_match, v_outbox and v_audit, as docs/operations.md describes them.

Written by hand, and the same on both databases. Who changes a table that stands here drops the views first and makes
them again afterwards: neither database lets go of a table that a view looks at.
"""

from collections.abc import Sequence
from typing import Final

from alembic import op

revision: str = "0002"
down_revision: str | None = "0001"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

V_MATCH: Final = """
CREATE VIEW v_match AS
SELECT m.id AS match_id,
       g.slug AS municipality,
       m.request_id AS request_id,
       m.slot_number AS slot_number,
       r.requester_id AS requester_id,
       m.person_id AS volunteer_id,
       m.proposal_id AS proposal_id,
       m.origin AS origin,
       m.status AS status,
       m.made_at AS made_at,
       m.objection_until AS objection_until,
       m.confirmed_at AS confirmed_at,
       m.ended_at AS ended_at
  FROM "match" m
  JOIN help_request r ON r.id = m.request_id
  JOIN municipality g ON g.id = m.municipality_id
"""

V_OUTBOX: Final = """
CREATE VIEW v_outbox AS
SELECT o.id AS message_id,
       g.slug AS municipality,
       o.kind AS kind,
       o.channel AS channel,
       o.person_id AS person_id,
       CASE WHEN o.sent_at IS NOT NULL THEN 'sent'
            WHEN o.failed_at IS NOT NULL THEN 'failed'
            WHEN o.next_try_at IS NULL THEN 'moot'
            ELSE 'waiting' END AS state,
       o.queued_at AS queued_at,
       o.next_try_at AS next_try_at,
       o.attempts AS attempts,
       o.sent_at AS sent_at,
       o.failed_at AS failed_at,
       o.error AS error
  FROM outbox o
  JOIN municipality g ON g.id = o.municipality_id
"""

V_AUDIT: Final = """
CREATE VIEW v_audit AS
SELECT 'event' AS source,
       e.seq AS seq,
       g.slug AS municipality,
       e.at AS at,
       e.kind AS kind,
       e.acting_as AS acting_as,
       e.actor_id AS actor_id,
       e.person_id AS person_id,
       e.request_id AS request_id,
       e.slot_number AS slot_number,
       e.proposal_id AS proposal_id,
       e.match_id AS match_id
  FROM event e
  JOIN municipality g ON g.id = e.municipality_id
UNION ALL
SELECT 'look', l.seq, g.slug, l.at, l.action, 'staff', l.staff_id, l.person_id, l.request_id, NULL, NULL, NULL
  FROM file_look l
  JOIN municipality g ON g.id = l.municipality_id
"""


def upgrade() -> None:
    for view in (V_MATCH, V_OUTBOX, V_AUDIT):
        op.execute(view)


def downgrade() -> None:
    for name in ("v_audit", "v_outbox", "v_match"):
        op.execute(f"DROP VIEW {name}")
