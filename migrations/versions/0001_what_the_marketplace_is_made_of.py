"""What the marketplace is made of."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0001"
down_revision: str | None = None
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "erasure",
        sa.Column("key_hash", sa.String(length=64), nullable=False),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key_hash", name=op.f("pk_erasure")),
    )
    op.create_table(
        "job_claim",
        sa.Column("job", sa.String(length=80), nullable=False),
        sa.Column("claimed_by", sa.String(length=80), nullable=False),
        sa.Column("claimed_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("fence", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("job", name=op.f("pk_job_claim")),
    )
    op.create_table(
        "municipality",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("slug", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("organisation", sa.String(length=80), nullable=False),
        sa.Column("telephone", sa.String(length=20), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_municipality")),
        sa.UniqueConstraint("slug", name=op.f("uq_municipality_slug")),
    )
    op.create_table(
        "person",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("first_name", sa.String(length=60), nullable=False),
        sa.Column("last_name", sa.String(length=80), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=True),
        sa.Column("telephone", sa.String(length=20), nullable=True),
        sa.Column("share_telephone", sa.Boolean(), nullable=False),
        sa.Column("share_email", sa.Boolean(), nullable=False),
        sa.Column(
            "contact_by",
            sa.Enum(
                "email",
                "telephone",
                "letter",
                "sms",
                name="contactby",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("may_be_called", sa.Boolean(), nullable=False),
        sa.Column("postcode", sa.String(length=6), nullable=False),
        sa.Column("street", sa.String(length=80), nullable=False),
        sa.Column("house_number", sa.String(length=10), nullable=False),
        sa.Column("shows_initial_only", sa.Boolean(), nullable=False),
        sa.Column("birth_year", sa.Integer(), nullable=True),
        sa.Column("born_on", sa.Date(), nullable=True),
        sa.Column("feed_version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("active_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("warned_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("merged_into_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["merged_into_id"], ["person.id"], name=op.f("fk_person_merged_into_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
        sa.UniqueConstraint("email", name=op.f("uq_person_email")),
    )
    op.create_index(op.f("ix_person_merged_into_id"), "person", ["merged_into_id"], unique=False)
    op.create_table(
        "sign_in_attempt",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("address_hash", sa.String(length=64), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "link",
                "password",
                "code",
                "recovery",
                name="attemptkind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("was_good", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_attempt")),
    )
    op.create_index(op.f("ix_sign_in_attempt_address_hash"), "sign_in_attempt", ["address_hash"], unique=False)
    op.create_index(op.f("ix_sign_in_attempt_at"), "sign_in_attempt", ["at"], unique=False)
    op.create_table(
        "skill",
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("work_area", sa.String(length=40), nullable=False),
        sa.Column("label_nl", sa.String(length=80), nullable=False),
        sa.Column("label_en", sa.String(length=80), nullable=False),
        sa.Column("requires", sa.JSON(), nullable=False),
        sa.Column("synonyms", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_skill")),
    )
    op.create_index(op.f("ix_skill_work_area"), "skill", ["work_area"], unique=False)
    op.create_table(
        "absence",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("municipality_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("stand_in_id", sa.Uuid(), nullable=True),
        sa.Column("from_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("noted_by_id", sa.Uuid(), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("from_at < until_at", name=op.f("ck_absence_order")),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["municipality.id"], name=op.f("fk_absence_municipality_id_municipality")
        ),
        sa.ForeignKeyConstraint(["noted_by_id"], ["person.id"], name=op.f("fk_absence_noted_by_id_person")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_absence_person_id_person")),
        sa.ForeignKeyConstraint(["stand_in_id"], ["person.id"], name=op.f("fk_absence_stand_in_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_absence")),
    )
    op.create_index(op.f("ix_absence_from_at"), "absence", ["from_at"], unique=False)
    op.create_index(op.f("ix_absence_municipality_id"), "absence", ["municipality_id"], unique=False)
    op.create_index(op.f("ix_absence_person_id"), "absence", ["person_id"], unique=False)
    op.create_table(
        "barred_pair",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("other_id", sa.Uuid(), nullable=False),
        sa.Column("municipality_id", sa.Uuid(), nullable=False),
        sa.Column("barred_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["municipality.id"], name=op.f("fk_barred_pair_municipality_id_municipality")
        ),
        sa.ForeignKeyConstraint(["other_id"], ["person.id"], name=op.f("fk_barred_pair_other_id_person")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_barred_pair_person_id_person")),
        sa.PrimaryKeyConstraint("person_id", "other_id", name=op.f("pk_barred_pair")),
    )
    op.create_index(op.f("ix_barred_pair_municipality_id"), "barred_pair", ["municipality_id"], unique=False)
    op.create_index(op.f("ix_barred_pair_other_id"), "barred_pair", ["other_id"], unique=False)
    op.create_table(
        "care_touch",
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("municipality_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("spoken", "thanked", name="carekind", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("by_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_care_touch_by_id_person")),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["municipality.id"], name=op.f("fk_care_touch_municipality_id_municipality")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_care_touch_person_id_person")),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_care_touch")),
    )
    op.create_index(op.f("ix_care_touch_municipality_id"), "care_touch", ["municipality_id"], unique=False)
    op.create_index(op.f("ix_care_touch_person_id"), "care_touch", ["person_id"], unique=False)
    op.create_table(
        "concern",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("municipality_id", sa.Uuid(), nullable=False),
        sa.Column("raised_by_id", sa.Uuid(), nullable=True),
        sa.Column("about_id", sa.Uuid(), nullable=True),
        sa.Column("about_words", sa.String(length=200), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "alone",
                "health",
                "memory",
                "neglect",
                "money",
                "safety",
                "carer",
                "other",
                name="concernkind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("text", sa.String(length=2000), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("why_not_told", sa.String(length=500), nullable=False),
        sa.Column("raised_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "new", "handled", "closed", name="concernstatus", native_enum=False, create_constraint=True, length=32
            ),
            nullable=False,
        ),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("next_moment_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "outcome",
            sa.Enum(
                "goes_well",
                "help_arranged",
                "passed_on",
                "reported",
                "not_wanted",
                "not_found",
                "erased",
                name="concernoutcome",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("(status = 'closed') = (ended_at IS NOT NULL)", name=op.f("ck_concern_ended")),
        sa.CheckConstraint("(status = 'closed') = (outcome IS NOT NULL)", name=op.f("ck_concern_outcome")),
        sa.ForeignKeyConstraint(["about_id"], ["person.id"], name=op.f("fk_concern_about_id_person")),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["municipality.id"], name=op.f("fk_concern_municipality_id_municipality")
        ),
        sa.ForeignKeyConstraint(["owner_id"], ["person.id"], name=op.f("fk_concern_owner_id_person")),
        sa.ForeignKeyConstraint(["raised_by_id"], ["person.id"], name=op.f("fk_concern_raised_by_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_concern")),
    )
    op.create_index(op.f("ix_concern_about_id"), "concern", ["about_id"], unique=False)
    op.create_index(op.f("ix_concern_municipality_id"), "concern", ["municipality_id"], unique=False)
    op.create_index(op.f("ix_concern_next_moment_at"), "concern", ["next_moment_at"], unique=False)
    op.create_index(op.f("ix_concern_owner_id"), "concern", ["owner_id"], unique=False)
    op.create_index(op.f("ix_concern_raised_at"), "concern", ["raised_at"], unique=False)
    op.create_index(op.f("ix_concern_raised_by_id"), "concern", ["raised_by_id"], unique=False)
    op.create_index(op.f("ix_concern_status"), "concern", ["status"], unique=False)
    op.create_table(
        "consent_entry",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("municipality_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "terms",
                "representation",
                "hand_over",
                "public_listing",
                name="consentkind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("is_given", sa.Boolean(), nullable=False),
        sa.Column("text_version", sa.String(length=20), nullable=False),
        sa.Column(
            "channel",
            sa.Enum("web", "telephone", "desk", name="channel", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("recorded_by_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["municipality.id"], name=op.f("fk_consent_entry_municipality_id_municipality")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_consent_entry_person_id_person")),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["person.id"], name=op.f("fk_consent_entry_recorded_by_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent_entry")),
    )
    op.create_index(op.f("ix_consent_entry_municipality_id"), "consent_entry", ["municipality_id"], unique=False)
    op.create_index(op.f("ix_consent_entry_person_id"), "consent_entry", ["person_id"], unique=False)
    op.create_table(
        "contact_wishes",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column(
            "digest",
            sa.Enum("single", "daily", "weekly", name="digest", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("quiet_from_minute", sa.Integer(), nullable=True),
        sa.Column("quiet_until_minute", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "(quiet_from_minute IS NULL) = (quiet_until_minute IS NULL)", name=op.f("ck_contact_wishes_both")
        ),
        sa.CheckConstraint(
            "quiet_from_minute IS NULL OR (quiet_from_minute BETWEEN 0 AND 1439 AND quiet_until_minute BETWEEN 0 AND 1439 AND quiet_from_minute != quiet_until_minute)",
            name=op.f("ck_contact_wishes_minutes"),
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_contact_wishes_person_id_person")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_contact_wishes")),
    )
    op.create_table(
        "day_plan",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("municipality_id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("objective", sa.JSON(), nullable=False),
        sa.Column("is_proven", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["municipality.id"], name=op.f("fk_day_plan_municipality_id_municipality")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_day_plan")),
        sa.UniqueConstraint("municipality_id", "day", name=op.f("uq_day_plan_municipality_id_day")),
    )
    op.create_index(op.f("ix_day_plan_municipality_id"), "day_plan", ["municipality_id"], unique=False)
    op.create_table(
        "draft",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("municipality_id", sa.Uuid(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "request",
                "offer",
                "ride",
                "task",
                "buddy",
                name="draftkind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("answers", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("became_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["municipality.id"], name=op.f("fk_draft_municipality_id_municipality")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draft")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_draft_token_hash")),
    )
    op.create_index(op.f("ix_draft_expires_at"), "draft", ["expires_at"], unique=False)
    op.create_index(op.f("ix_draft_municipality_id"), "draft", ["municipality_id"], unique=False)
    op.create_table(
        "driver",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("municipality_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("postcode", sa.String(length=6), nullable=False),
        sa.Column("street", sa.String(length=80), nullable=False),
        sa.Column("house_number", sa.String(length=10), nullable=False),
        sa.Column("neighbourhood", sa.String(length=60), nullable=False),
        sa.Column("latitude", sa.Float(), nullable=False),
        sa.Column("longitude", sa.Float(), nullable=False),
        sa.Column(
            "precision",
            sa.Enum(
                "postcode4",
                "postcode6",
                "address",
                name="precision",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("seats", sa.Integer(), nullable=False),
        sa.Column("carries", sa.JSON(), nullable=False),
        sa.Column("max_rides", sa.Integer(), nullable=False),
        sa.Column("is_standby", sa.Boolean(), nullable=False),
        sa.Column("joined_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("seats >= 1 AND max_rides >= 1", name=op.f("ck_driver_limits")),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["municipality.id"], name=op.f("fk_driver_municipality_id_municipality")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_driver_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_driver")),
        sa.UniqueConstraint("municipality_id", "person_id", name=op.f("uq_driver_municipality_id_person_id")),
    )
    op.create_index(op.f("ix_driver_municipality_id"), "driver", ["municipality_id"], unique=False)
    op.create_index(op.f("ix_driver_person_id"), "driver", ["person_id"], unique=False)
    op.create_table(
        "duty",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("municipality_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("area", sa.String(length=4), nullable=True),
        sa.Column("work_area", sa.String(length=40), nullable=True),
        sa.Column("from_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["municipality.id"], name=op.f("fk_duty_municipality_id_municipality")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_duty_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_duty")),
    )
    op.create_index(op.f("ix_duty_from_at"), "duty", ["from_at"], unique=False)
    op.create_index(op.f("ix_duty_municipality_id"), "duty", ["municipality_id"], unique=False)
    op.create_index(op.f("ix_duty_person_id"), "duty", ["person_id"], unique=False)
    op.create_table(
        "ladder_time",
        sa.Column("municipality_id", sa.Uuid(), nullable=False),
        sa.Column("work_area", sa.String(length=40), nullable=False),
        sa.Column("is_urgent", sa.Boolean(), nullable=False),
        sa.Column(
            "rung",
            sa.Enum(
                "engine",
                "wider",
                "organisations",
                "coordinator",
                "team_lead",
                "municipality",
                name="rung",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("amount", sa.Float(), nullable=False),
        sa.CheckConstraint("amount > 0", name=op.f("ck_ladder_time_amount")),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["municipality.id"], name=op.f("fk_ladder_time_municipality_id_municipality")
        ),
        sa.PrimaryKeyConstraint("municipality_id", "work_area", "is_urgent", "rung", name=op.f("pk_ladder_time")),
    )
    op.create_table(
        "offer",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("municipality_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("sentence", sa.String(length=200), nullable=False),
        sa.Column("postcode", sa.String(length=6), nullable=False),
        sa.Column("neighbourhood", sa.String(length=60), nullable=False),
        sa.Column("latitude", sa.Float(), nullable=False),
        sa.Column("longitude", sa.Float(), nullable=False),
        sa.Column(
            "precision",
            sa.Enum(
                "postcode4",
                "postcode6",
                "address",
                name="precision",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "zone",
            sa.Integer(),
            sa.Computed(
                "CASE WHEN reach_km <= 2.0 THEN 0 WHEN reach_km <= 5.0 THEN 1 WHEN reach_km <= 10.0 THEN 2 WHEN reach_km <= 20.0 THEN 3 ELSE 4 END * 100000000 + CAST((latitude + 90) * 20 AS INTEGER) * 10000 + CAST((longitude + 180) * 12 AS INTEGER)",
                persisted=True,
            ),
            nullable=False,
        ),
        sa.Column("reach_km", sa.Float(), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=False),
        sa.Column("engaged", sa.Integer(), nullable=False),
        sa.Column("asked_per_week", sa.Integer(), nullable=False),
        sa.Column("languages", sa.JSON(), nullable=False),
        sa.Column("is_public", sa.Boolean(), nullable=False),
        sa.Column("skills_in_brief", sa.String(), nullable=False),
        sa.Column("week_in_brief", sa.String(), nullable=False),
        sa.Column("paused_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("holiday_from", sa.DateTime(timezone=True), nullable=True),
        sa.Column("holiday_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("offered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("engaged >= 0 AND engaged <= capacity", name=op.f("ck_offer_room")),
        sa.CheckConstraint("reach_km > 0 AND asked_per_week >= 0 AND capacity >= 0", name=op.f("ck_offer_limits")),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["municipality.id"], name=op.f("fk_offer_municipality_id_municipality")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_offer_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_offer")),
        sa.UniqueConstraint("municipality_id", "person_id", name=op.f("uq_offer_municipality_id_person_id")),
    )
    op.create_index(op.f("ix_offer_holiday_from"), "offer", ["holiday_from"], unique=False)
    op.create_index(
        "ix_offer_home",
        "offer",
        ["zone", "latitude", "longitude", "reach_km", "skills_in_brief", "week_in_brief", "id"],
        unique=False,
    )
    op.create_index(op.f("ix_offer_municipality_id"), "offer", ["municipality_id"], unique=False)
    op.create_index(op.f("ix_offer_person_id"), "offer", ["person_id"], unique=False)
    op.create_index(op.f("ix_offer_reach_km"), "offer", ["reach_km"], unique=False)
    op.create_table(
        "organisation",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("municipality_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("name_key", sa.String(length=80), nullable=False),
        sa.Column("about", sa.String(length=1000), nullable=False),
        sa.Column("website", sa.String(length=200), nullable=False),
        sa.Column("reached_by", sa.String(length=120), nullable=False),
        sa.Column("postcode", sa.String(length=6), nullable=False),
        sa.Column("neighbourhood", sa.String(length=60), nullable=False),
        sa.Column("contact_id", sa.Uuid(), nullable=True),
        sa.Column(
            "status",
            sa.Enum(
                "new",
                "confirmed",
                "ended",
                name="organisationstatus",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("founded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_by_id", sa.Uuid(), nullable=True),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("was_called", sa.String(length=80), nullable=False),
        sa.Column("renamed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["contact_id"], ["person.id"], name=op.f("fk_organisation_contact_id_person")),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["municipality.id"], name=op.f("fk_organisation_municipality_id_municipality")
        ),
        sa.ForeignKeyConstraint(["seen_by_id"], ["person.id"], name=op.f("fk_organisation_seen_by_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisation")),
    )
    op.create_index(op.f("ix_organisation_contact_id"), "organisation", ["contact_id"], unique=False)
    op.create_index(op.f("ix_organisation_municipality_id"), "organisation", ["municipality_id"], unique=False)
    op.create_index(op.f("ix_organisation_status"), "organisation", ["status"], unique=False)
    op.create_index(
        "uq_organisation_name",
        "organisation",
        ["municipality_id", "name_key"],
        unique=True,
        sqlite_where=sa.text("status != 'ended'"),
        postgresql_where=sa.text("status != 'ended'"),
    )
    op.create_table(
        "organisation_contact",
        sa.Column("municipality_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("organisation", sa.String(length=80), nullable=False),
        sa.Column("work_areas", sa.JSON(), nullable=False),
        sa.Column("since_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["municipality.id"], name=op.f("fk_organisation_contact_municipality_id_municipality")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_organisation_contact_person_id_person")),
        sa.PrimaryKeyConstraint("municipality_id", "person_id", name=op.f("pk_organisation_contact")),
    )
    op.create_table(
        "outbox",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("municipality_id", sa.Uuid(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "sign_in",
                "confirm_request",
                "confirm_offer",
                "confirm_ride",
                "request_posted",
                "asked_for_you",
                "offer_made",
                "proposal",
                "proposal_withdrawn",
                "yes_waits",
                "yes_not_chosen",
                "yes_unhonoured",
                "match_for_requester",
                "match_for_volunteer",
                "details_open",
                "objected",
                "cancelled",
                "escalated_for_requester",
                "escalated_for_coordinator",
                "request_closed",
                "request_withdrawn",
                "thanks",
                "confirm_address",
                "sign_in_changed",
                "date_proposed",
                "date_agreed",
                "reminder",
                "nudge",
                "offered_on",
                "how_was_it",
                "still_there",
                "break_glass",
                "representation_ended",
                "ride_asked",
                "ride_agreed",
                "ride_unsure",
                "ride_reminder",
                "ride_cancelled",
                "ride_referred",
                "ride_not_driven",
                "ride_receipt",
                "standing_ride_asked",
                "driver_day",
                "driver_day_changed",
                "driver_day_reminder",
                "standby_ask",
                "standby_over",
                "driver_papers",
                "driver_limit",
                "driver_statement",
                "ride_for_planner",
                "ride_missed",
                "relaxation_asked",
                "organisation_asked",
                "stands_still",
                "hand_over_asked",
                "hand_over_for_organisation",
                "hand_over_received",
                "hand_over_returned",
                "garden_day_leader",
                "garden_day_asked",
                "garden_day_ready",
                "garden_day_off",
                "confirm_task",
                "task_alert",
                "concern_for_handler",
                "concern_received",
                "concern_closed",
                "parent_asked",
                "parent_awaited",
                "parent_thanked",
                "young_stopped",
                "pair_for_coordinator",
                "pair_not_approved",
                "hours_asked",
                "certificate_signed",
                "year_overview",
                "invited_to_help",
                "occurrence_changed",
                "occurrence_reminder",
                "series_turns",
                "series_review",
                "series_stops",
                "series_how",
                "message_received",
                "digest",
                "text_held",
                "text_approved",
                "text_to_change",
                "text_judged",
                "report_closed",
                "account_blocked",
                "appeal_decided",
                "moderation_for_staff",
                "invited_to_organisation",
                "organisation_confirmed",
                "waiting_over",
                "activity_cancelled",
                "confirm_buddy",
                "buddy_asked",
                "buddy_intake",
                "buddy_waiting",
                "buddy_question",
                "buddy_meeting",
                "buddy_go_on",
                "buddy_parted",
                "buddy_goal",
                "buddy_started",
                "buddy_talk",
                "buddy_ended",
                "buddy_for_coordinator",
                name="noticekind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("email", sa.String(length=254), nullable=True),
        sa.Column("subject", sa.JSON(), nullable=False),
        sa.Column("dedupe_key", sa.String(length=200), nullable=False),
        sa.Column("queued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("next_try_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("fence", sa.Integer(), nullable=False),
        sa.Column(
            "channel",
            sa.Enum(
                "email",
                "letter",
                "telephone",
                "sms",
                name="noticechannel",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("done_by_id", sa.Uuid(), nullable=True),
        sa.Column("outcome", sa.String(length=40), nullable=False),
        sa.Column("bundle_id", sa.Uuid(), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("error", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(["bundle_id"], ["outbox.id"], name=op.f("fk_outbox_bundle_id_outbox")),
        sa.ForeignKeyConstraint(["done_by_id"], ["person.id"], name=op.f("fk_outbox_done_by_id_person")),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["municipality.id"], name=op.f("fk_outbox_municipality_id_municipality")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_outbox_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
        sa.UniqueConstraint("dedupe_key", name=op.f("uq_outbox_dedupe_key")),
    )
    op.create_index(op.f("ix_outbox_bundle_id"), "outbox", ["bundle_id"], unique=False)
    op.create_index(op.f("ix_outbox_channel"), "outbox", ["channel"], unique=False)
    op.create_index(op.f("ix_outbox_municipality_id"), "outbox", ["municipality_id"], unique=False)
    op.create_index(op.f("ix_outbox_next_try_at"), "outbox", ["next_try_at"], unique=False)
    op.create_index(op.f("ix_outbox_person_id"), "outbox", ["person_id"], unique=False)
    op.create_table(
        "parental_consent",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("municipality_id", sa.Uuid(), nullable=False),
        sa.Column("guardian_id", sa.Uuid(), nullable=False),
        sa.Column("guardian_is_new", sa.Boolean(), nullable=False),
        sa.Column("child_id", sa.Uuid(), nullable=True),
        sa.Column("draft_id", sa.Uuid(), nullable=True),
        sa.Column("child_name", sa.String(length=60), nullable=False),
        sa.Column("child_email", sa.String(length=254), nullable=True),
        sa.Column("child_born_on", sa.Date(), nullable=True),
        sa.Column(
            "status",
            sa.Enum(
                "waiting",
                "given",
                "refused",
                "withdrawn",
                "lapsed",
                "released",
                name="parentalstatus",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "channel",
            sa.Enum("web", "telephone", "desk", name="channel", native_enum=False, create_constraint=True, length=32),
            nullable=True,
        ),
        sa.Column("recorded_by_id", sa.Uuid(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("asked_at < expires_at", name=op.f("ck_parental_consent_order")),
        sa.ForeignKeyConstraint(["child_id"], ["person.id"], name=op.f("fk_parental_consent_child_id_person")),
        sa.ForeignKeyConstraint(["guardian_id"], ["person.id"], name=op.f("fk_parental_consent_guardian_id_person")),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["municipality.id"], name=op.f("fk_parental_consent_municipality_id_municipality")
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"], ["person.id"], name=op.f("fk_parental_consent_recorded_by_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_parental_consent")),
    )
    op.create_index(op.f("ix_parental_consent_child_id"), "parental_consent", ["child_id"], unique=False)
    op.create_index(op.f("ix_parental_consent_expires_at"), "parental_consent", ["expires_at"], unique=False)
    op.create_index(op.f("ix_parental_consent_guardian_id"), "parental_consent", ["guardian_id"], unique=False)
    op.create_index(op.f("ix_parental_consent_municipality_id"), "parental_consent", ["municipality_id"], unique=False)
    op.create_index(op.f("ix_parental_consent_status"), "parental_consent", ["status"], unique=False)
    op.create_index(
        "uq_parental_consent_given",
        "parental_consent",
        ["child_id"],
        unique=True,
        sqlite_where=sa.text("status = 'given'"),
        postgresql_where=sa.text("status = 'given'"),
    )
    op.create_index(
        "uq_parental_consent_waiting",
        "parental_consent",
        ["child_email"],
        unique=True,
        sqlite_where=sa.text("status = 'waiting'"),
        postgresql_where=sa.text("status = 'waiting'"),
    )
    op.create_table(
        "password",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("hash", sa.String(length=200), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_password_person_id_person")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_password")),
    )
    op.create_table(
        "person_block",
        sa.Column("blocker_id", sa.Uuid(), nullable=False),
        sa.Column("blocked_id", sa.Uuid(), nullable=False),
        sa.Column("municipality_id", sa.Uuid(), nullable=False),
        sa.Column("blocked_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("blocker_id != blocked_id", name=op.f("ck_person_block_two")),
        sa.ForeignKeyConstraint(["blocked_id"], ["person.id"], name=op.f("fk_person_block_blocked_id_person")),
        sa.ForeignKeyConstraint(["blocker_id"], ["person.id"], name=op.f("fk_person_block_blocker_id_person")),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["municipality.id"], name=op.f("fk_person_block_municipality_id_municipality")
        ),
        sa.PrimaryKeyConstraint("blocker_id", "blocked_id", name=op.f("pk_person_block")),
    )
    op.create_index(op.f("ix_person_block_blocked_id"), "person_block", ["blocked_id"], unique=False)
    op.create_index(op.f("ix_person_block_municipality_id"), "person_block", ["municipality_id"], unique=False)
    op.create_table(
        "person_merge",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("municipality_id", sa.Uuid(), nullable=False),
        sa.Column("kept_id", sa.Uuid(), nullable=False),
        sa.Column("gone_id", sa.Uuid(), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("moved", sa.JSON(), nullable=False),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["actor_id"], ["person.id"], name=op.f("fk_person_merge_actor_id_person")),
        sa.ForeignKeyConstraint(["gone_id"], ["person.id"], name=op.f("fk_person_merge_gone_id_person")),
        sa.ForeignKeyConstraint(["kept_id"], ["person.id"], name=op.f("fk_person_merge_kept_id_person")),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["municipality.id"], name=op.f("fk_person_merge_municipality_id_municipality")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person_merge")),
    )
    op.create_index(op.f("ix_person_merge_gone_id"), "person_merge", ["gone_id"], unique=False)
    op.create_index(op.f("ix_person_merge_kept_id"), "person_merge", ["kept_id"], unique=False)
    op.create_index(op.f("ix_person_merge_municipality_id"), "person_merge", ["municipality_id"], unique=False)
    op.create_table(
        "place",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("municipality_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "activity_centre",
                "village_hall",
                "library",
                "arts",
                "sports",
                "park",
                "other",
                name="placekind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("about", sa.String(length=300), nullable=False),
        sa.Column("street", sa.String(length=80), nullable=False),
        sa.Column("postcode", sa.String(length=6), nullable=False),
        sa.Column("neighbourhood", sa.String(length=60), nullable=False),
        sa.Column("latitude", sa.Float(), nullable=True),
        sa.Column("longitude", sa.Float(), nullable=True),
        sa.Column("telephone", sa.String(length=20), nullable=False),
        sa.Column("website", sa.String(length=200), nullable=False),
        sa.Column(
            "wheelchair",
            sa.Enum("yes", "no", "unknown", name="known", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.Column("is_made_up", sa.Boolean(), nullable=False),
        sa.Column("checked_on", sa.Date(), nullable=True),
        sa.Column("checked_by_id", sa.Uuid(), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["checked_by_id"], ["person.id"], name=op.f("fk_place_checked_by_id_person")),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["municipality.id"], name=op.f("fk_place_municipality_id_municipality")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_place")),
        sa.UniqueConstraint("municipality_id", "code", name=op.f("uq_place_municipality_id_code")),
    )
    op.create_index(op.f("ix_place_municipality_id"), "place", ["municipality_id"], unique=False)
    op.create_table(
        "qualification_seen",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("municipality_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("seen_on", sa.Date(), nullable=False),
        sa.Column("seen_by_id", sa.Uuid(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["municipality.id"], name=op.f("fk_qualification_seen_municipality_id_municipality")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_qualification_seen_person_id_person")),
        sa.ForeignKeyConstraint(["seen_by_id"], ["person.id"], name=op.f("fk_qualification_seen_seen_by_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_qualification_seen")),
    )
    op.create_index(
        op.f("ix_qualification_seen_municipality_id"), "qualification_seen", ["municipality_id"], unique=False
    )
    op.create_index(op.f("ix_qualification_seen_person_id"), "qualification_seen", ["person_id"], unique=False)
    op.create_table(
        "recognition",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("wants_year", sa.Boolean(), nullable=False),
        sa.Column("wants_invitation", sa.Boolean(), nullable=False),
        sa.Column("year_told", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_recognition_person_id_person")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_recognition")),
    )
    op.create_table(
        "recovery_code",
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_recovery_code_person_id_person")),
        sa.PrimaryKeyConstraint("code_hash", name=op.f("pk_recovery_code")),
    )
    op.create_index(op.f("ix_recovery_code_person_id"), "recovery_code", ["person_id"], unique=False)
    op.create_table(
        "second_factor",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("seed", sa.String(length=64), nullable=False),
        sa.Column("next_seed", sa.String(length=64), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_step", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_second_factor_person_id_person")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_second_factor")),
    )
    op.create_table(
        "service_period",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("municipality_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("goal_hours", sa.Integer(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("goal_hours > 0", name=op.f("ck_service_period_goal")),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["municipality.id"], name=op.f("fk_service_period_municipality_id_municipality")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_service_period_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service_period")),
    )
    op.create_index(op.f("ix_service_period_municipality_id"), "service_period", ["municipality_id"], unique=False)
    op.create_index(op.f("ix_service_period_person_id"), "service_period", ["person_id"], unique=False)
    op.create_index(
        "uq_service_period_running",
        "service_period",
        ["person_id"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_table(
        "sign_in",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("signed_in_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("device", sa.String(length=80), nullable=False),
        sa.Column("proved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("has_second_factor", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_sign_in_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_sign_in_token_hash")),
    )
    op.create_index(op.f("ix_sign_in_person_id"), "sign_in", ["person_id"], unique=False)
    op.create_table(
        "staff_role",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("municipality_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "coordinator",
                "team_lead",
                "ride_planner",
                "buddy_coordinator",
                "reader",
                "concern_handler",
                name="staffrolekind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("from_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["municipality.id"], name=op.f("fk_staff_role_municipality_id_municipality")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_staff_role_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_role")),
        sa.UniqueConstraint(
            "municipality_id", "person_id", "kind", name=op.f("uq_staff_role_municipality_id_person_id_kind")
        ),
    )
    op.create_index(op.f("ix_staff_role_municipality_id"), "staff_role", ["municipality_id"], unique=False)
    op.create_index(op.f("ix_staff_role_person_id"), "staff_role", ["person_id"], unique=False)
    op.create_table(
        "standard_text",
        sa.Column("municipality_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=80), nullable=False),
        sa.Column("text", sa.String(length=2000), nullable=False),
        sa.Column("is_retired", sa.Boolean(), nullable=False),
        sa.Column("written_by_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("version > 0", name=op.f("ck_standard_text_version")),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["municipality.id"], name=op.f("fk_standard_text_municipality_id_municipality")
        ),
        sa.ForeignKeyConstraint(["written_by_id"], ["person.id"], name=op.f("fk_standard_text_written_by_id_person")),
        sa.PrimaryKeyConstraint("municipality_id", "code", "version", name=op.f("pk_standard_text")),
    )
    op.create_table(
        "standing_ride",
        sa.Column("municipality_id", sa.Uuid(), nullable=False),
        sa.Column("passenger_id", sa.Uuid(), nullable=False),
        sa.Column("representative_id", sa.Uuid(), nullable=True),
        sa.Column(
            "relation",
            sa.Enum(
                "family_carer",
                "family",
                "neighbour",
                "gp_nurse",
                "neighbourhood_worker",
                "other",
                name="relation",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("entered_by_id", sa.Uuid(), nullable=True),
        sa.Column(
            "channel",
            sa.Enum("web", "telephone", "desk", name="channel", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("origin", sa.JSON(), nullable=False),
        sa.Column("destination", sa.JSON(), nullable=False),
        sa.Column(
            "timing",
            sa.Enum("arrive_by", "fetch_at", name="timing", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("wanted_minute", sa.Integer(), nullable=False),
        sa.Column(
            "return_mode",
            sa.Enum("none", "wait", "later", name="returnmode", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("wait_minutes", sa.Integer(), nullable=False),
        sa.Column("return_minute", sa.Integer(), nullable=True),
        sa.Column("persons", sa.Integer(), nullable=False),
        sa.Column("needs", sa.JSON(), nullable=False),
        sa.Column("needs_help", sa.Boolean(), nullable=False),
        sa.Column("may_share", sa.Boolean(), nullable=False),
        sa.Column("prefers", sa.JSON(), nullable=False),
        sa.Column("remark", sa.String(length=200), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("least_cents", sa.Integer(), nullable=False),
        sa.Column("most_cents", sa.Integer(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("weekdays", sa.JSON(), nullable=False),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=False),
        sa.Column("made_until", sa.Date(), nullable=True),
        sa.CheckConstraint("first_on <= last_on AND persons >= 1", name=op.f("ck_standing_ride_amounts")),
        sa.ForeignKeyConstraint(["entered_by_id"], ["person.id"], name=op.f("fk_standing_ride_entered_by_id_person")),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["municipality.id"], name=op.f("fk_standing_ride_municipality_id_municipality")
        ),
        sa.ForeignKeyConstraint(["passenger_id"], ["person.id"], name=op.f("fk_standing_ride_passenger_id_person")),
        sa.ForeignKeyConstraint(
            ["representative_id"], ["person.id"], name=op.f("fk_standing_ride_representative_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_standing_ride")),
    )
    op.create_index(op.f("ix_standing_ride_municipality_id"), "standing_ride", ["municipality_id"], unique=False)
    op.create_index(op.f("ix_standing_ride_passenger_id"), "standing_ride", ["passenger_id"], unique=False)
    op.create_index(op.f("ix_standing_ride_representative_id"), "standing_ride", ["representative_id"], unique=False)
    op.create_table(
        "task_alert",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("municipality_id", sa.Uuid(), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("postcode", sa.String(length=6), nullable=False),
        sa.Column("latitude", sa.Float(), nullable=False),
        sa.Column("longitude", sa.Float(), nullable=False),
        sa.Column("likes", sa.JSON(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["municipality.id"], name=op.f("fk_task_alert_municipality_id_municipality")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_task_alert")),
    )
    op.create_index(op.f("ix_task_alert_municipality_id"), "task_alert", ["municipality_id"], unique=False)
    op.create_index(op.f("ix_task_alert_until_at"), "task_alert", ["until_at"], unique=False)
    op.create_index(
        "uq_task_alert_waiting",
        "task_alert",
        ["municipality_id", "email"],
        unique=True,
        sqlite_where=sa.text("told_at IS NULL"),
        postgresql_where=sa.text("told_at IS NULL"),
    )
    op.create_table(
        "work_hold",
        sa.Column(
            "kind",
            sa.Enum(
                "case",
                "silent",
                "objection",
                "call",
                "letters",
                "mail",
                "certificate",
                "check",
                "garden_day",
                "pair",
                "concern",
                "organisation",
                "report",
                "appeal",
                "buddy",
                name="workkind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("about_id", sa.Uuid(), nullable=False),
        sa.Column("municipality_id", sa.Uuid(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=True),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("later_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["municipality.id"], name=op.f("fk_work_hold_municipality_id_municipality")
        ),
        sa.ForeignKeyConstraint(["owner_id"], ["person.id"], name=op.f("fk_work_hold_owner_id_person")),
        sa.PrimaryKeyConstraint("kind", "about_id", name=op.f("pk_work_hold")),
    )
    op.create_index(op.f("ix_work_hold_municipality_id"), "work_hold", ["municipality_id"], unique=False)
    op.create_index(op.f("ix_work_hold_owner_id"), "work_hold", ["owner_id"], unique=False)
    op.create_table(
        "activity",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("municipality_id", sa.Uuid(), nullable=False),
        sa.Column("place_id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.String(length=80), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "open_house",
                "coffee",
                "meal",
                "moving",
                "games",
                "creative",
                "music",
                "language",
                "digital",
                "outdoors",
                name="activitykind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("about", sa.String(length=300), nullable=False),
        sa.Column("cost_cents", sa.Integer(), nullable=True),
        sa.Column(
            "on_holidays",
            sa.Enum("yes", "no", "unknown", name="known", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("from_on", sa.Date(), nullable=True),
        sa.Column("until_on", sa.Date(), nullable=True),
        sa.Column("is_made_up", sa.Boolean(), nullable=False),
        sa.Column("checked_on", sa.Date(), nullable=True),
        sa.Column("checked_by_id", sa.Uuid(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("cost_cents >= 0", name=op.f("ck_activity_cost")),
        sa.ForeignKeyConstraint(["checked_by_id"], ["person.id"], name=op.f("fk_activity_checked_by_id_person")),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["municipality.id"], name=op.f("fk_activity_municipality_id_municipality")
        ),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name=op.f("fk_activity_place_id_place")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_activity")),
    )
    op.create_index(op.f("ix_activity_municipality_id"), "activity", ["municipality_id"], unique=False)
    op.create_index(op.f("ix_activity_place_id"), "activity", ["place_id"], unique=False)
    op.create_table(
        "concern_step",
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("concern_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column(
            "kind",
            sa.Enum(
                "raised",
                "taken",
                "noted",
                "spoke_raiser",
                "spoke_person",
                "asked_advice",
                "told_person",
                "passed",
                "closed",
                name="concernstepkind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("text", sa.String(length=2000), nullable=False),
        sa.ForeignKeyConstraint(["actor_id"], ["person.id"], name=op.f("fk_concern_step_actor_id_person")),
        sa.ForeignKeyConstraint(["concern_id"], ["concern.id"], name=op.f("fk_concern_step_concern_id_concern")),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_concern_step")),
    )
    op.create_index(op.f("ix_concern_step_concern_id"), "concern_step", ["concern_id"], unique=False)
    op.create_table(
        "driver_away",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("driver_id", sa.Uuid(), nullable=False),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=True),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("last_on IS NULL OR first_on <= last_on", name=op.f("ck_driver_away_order")),
        sa.ForeignKeyConstraint(["driver_id"], ["driver.id"], name=op.f("fk_driver_away_driver_id_driver")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_driver_away")),
    )
    op.create_index(op.f("ix_driver_away_driver_id"), "driver_away", ["driver_id"], unique=False)
    op.create_table(
        "driver_day",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("municipality_id", sa.Uuid(), nullable=False),
        sa.Column("plan_id", sa.Uuid(), nullable=False),
        sa.Column("driver_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("duties", sa.JSON(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["driver_id"], ["driver.id"], name=op.f("fk_driver_day_driver_id_driver")),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["municipality.id"], name=op.f("fk_driver_day_municipality_id_municipality")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_driver_day_person_id_person")),
        sa.ForeignKeyConstraint(["plan_id"], ["day_plan.id"], name=op.f("fk_driver_day_plan_id_day_plan")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_driver_day")),
        sa.UniqueConstraint("driver_id", "day", name=op.f("uq_driver_day_driver_id_day")),
    )
    op.create_index(op.f("ix_driver_day_day"), "driver_day", ["day"], unique=False)
    op.create_index(op.f("ix_driver_day_driver_id"), "driver_day", ["driver_id"], unique=False)
    op.create_index(op.f("ix_driver_day_municipality_id"), "driver_day", ["municipality_id"], unique=False)
    op.create_index(op.f("ix_driver_day_person_id"), "driver_day", ["person_id"], unique=False)
    op.create_index(op.f("ix_driver_day_plan_id"), "driver_day", ["plan_id"], unique=False)
    op.create_table(
        "driver_day_hours",
        sa.Column("driver_id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("windows", sa.JSON(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["driver_id"], ["driver.id"], name=op.f("fk_driver_day_hours_driver_id_driver")),
        sa.PrimaryKeyConstraint("driver_id", "day", name=op.f("pk_driver_day_hours")),
    )
    op.create_table(
        "driver_hours",
        sa.Column("driver_id", sa.Uuid(), nullable=False),
        sa.Column("weekday", sa.Integer(), nullable=False),
        sa.Column("start_minute", sa.Integer(), nullable=False),
        sa.Column("end_minute", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "start_minute >= 0 AND start_minute < end_minute AND end_minute <= 1440",
            name=op.f("ck_driver_hours_minutes"),
        ),
        sa.CheckConstraint("weekday >= 0 AND weekday <= 6", name=op.f("ck_driver_hours_weekday")),
        sa.ForeignKeyConstraint(["driver_id"], ["driver.id"], name=op.f("fk_driver_hours_driver_id_driver")),
        sa.PrimaryKeyConstraint("driver_id", "weekday", "start_minute", name=op.f("pk_driver_hours")),
    )
    op.create_table(
        "garden_day",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("municipality_id", sa.Uuid(), nullable=False),
        sa.Column("group_name", sa.String(length=80), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=True),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("leader_id", sa.Uuid(), nullable=False),
        sa.Column("offer_id", sa.Uuid(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answer_by", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "origin",
            sa.Enum(
                "engine",
                "application",
                "resident_choice",
                "coordinator",
                name="origin",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("planned_by_id", sa.Uuid(), nullable=False),
        sa.Column("planned_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "leader_asked",
                "planned",
                "done",
                "called_off",
                name="gardendaystatus",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("owner_id", sa.Uuid(), nullable=True),
        sa.Column("next_moment_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lent", sa.Integer(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("people > 0 AND lent >= 0", name=op.f("ck_garden_day_amounts")),
        sa.CheckConstraint("starts_at < ends_at AND answer_by < starts_at", name=op.f("ck_garden_day_order")),
        sa.ForeignKeyConstraint(["leader_id"], ["person.id"], name=op.f("fk_garden_day_leader_id_person")),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["municipality.id"], name=op.f("fk_garden_day_municipality_id_municipality")
        ),
        sa.ForeignKeyConstraint(["offer_id"], ["offer.id"], name=op.f("fk_garden_day_offer_id_offer")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_garden_day_organisation_id_organisation")
        ),
        sa.ForeignKeyConstraint(["owner_id"], ["person.id"], name=op.f("fk_garden_day_owner_id_person")),
        sa.ForeignKeyConstraint(["planned_by_id"], ["person.id"], name=op.f("fk_garden_day_planned_by_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_garden_day")),
    )
    op.create_index(op.f("ix_garden_day_leader_id"), "garden_day", ["leader_id"], unique=False)
    op.create_index(op.f("ix_garden_day_municipality_id"), "garden_day", ["municipality_id"], unique=False)
    op.create_index(op.f("ix_garden_day_organisation_id"), "garden_day", ["organisation_id"], unique=False)
    op.create_index(op.f("ix_garden_day_owner_id"), "garden_day", ["owner_id"], unique=False)
    op.create_index(op.f("ix_garden_day_starts_at"), "garden_day", ["starts_at"], unique=False)
    op.create_index(op.f("ix_garden_day_status"), "garden_day", ["status"], unique=False)
    op.create_table(
        "group_activity",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("municipality_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.String(length=80), nullable=False),
        sa.Column("text", sa.String(length=1000), nullable=False),
        sa.Column("venue", sa.String(length=120), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("places", sa.Integer(), nullable=False),
        sa.Column("taken", sa.Integer(), nullable=False),
        sa.Column("made_by_id", sa.Uuid(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("places > 0 AND taken >= 0 AND taken <= places", name=op.f("ck_group_activity_room")),
        sa.CheckConstraint("starts_at < ends_at", name=op.f("ck_group_activity_order")),
        sa.ForeignKeyConstraint(["made_by_id"], ["person.id"], name=op.f("fk_group_activity_made_by_id_person")),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["municipality.id"], name=op.f("fk_group_activity_municipality_id_municipality")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_group_activity_organisation_id_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_group_activity")),
    )
    op.create_index(op.f("ix_group_activity_municipality_id"), "group_activity", ["municipality_id"], unique=False)
    op.create_index(op.f("ix_group_activity_organisation_id"), "group_activity", ["organisation_id"], unique=False)
    op.create_index(op.f("ix_group_activity_starts_at"), "group_activity", ["starts_at"], unique=False)
    op.create_table(
        "offer_availability",
        sa.Column("offer_id", sa.Uuid(), nullable=False),
        sa.Column("weekday", sa.Integer(), nullable=False),
        sa.Column("start_minute", sa.Integer(), nullable=False),
        sa.Column("end_minute", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "start_minute >= 0 AND start_minute < end_minute AND end_minute <= 1440",
            name=op.f("ck_offer_availability_minutes"),
        ),
        sa.CheckConstraint("weekday >= 0 AND weekday <= 6", name=op.f("ck_offer_availability_weekday")),
        sa.ForeignKeyConstraint(["offer_id"], ["offer.id"], name=op.f("fk_offer_availability_offer_id_offer")),
        sa.PrimaryKeyConstraint("offer_id", "weekday", "start_minute", name=op.f("pk_offer_availability")),
    )
    op.create_table(
        "offer_skill",
        sa.Column("offer_id", sa.Uuid(), nullable=False),
        sa.Column("skill_code", sa.String(length=40), nullable=False),
        sa.Column("rested_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["offer_id"], ["offer.id"], name=op.f("fk_offer_skill_offer_id_offer")),
        sa.ForeignKeyConstraint(["skill_code"], ["skill.code"], name=op.f("fk_offer_skill_skill_code_skill")),
        sa.PrimaryKeyConstraint("offer_id", "skill_code", name=op.f("pk_offer_skill")),
    )
    op.create_index(
        "ix_offer_skill_rested",
        "offer_skill",
        ["offer_id"],
        unique=False,
        sqlite_where=sa.text("rested_at IS NOT NULL"),
        postgresql_where=sa.text("rested_at IS NOT NULL"),
    )
    op.create_table(
        "organisation_invitation",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("municipality_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "owner", "editor", "reader", name="memberrole", native_enum=False, create_constraint=True, length=32
            ),
            nullable=False,
        ),
        sa.Column("invited_by_id", sa.Uuid(), nullable=False),
        sa.Column("invited_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["invited_by_id"], ["person.id"], name=op.f("fk_organisation_invitation_invited_by_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id"],
            ["municipality.id"],
            name=op.f("fk_organisation_invitation_municipality_id_municipality"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_organisation_invitation_organisation_id_organisation"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisation_invitation")),
    )
    op.create_index(op.f("ix_organisation_invitation_email"), "organisation_invitation", ["email"], unique=False)
    op.create_index(
        op.f("ix_organisation_invitation_municipality_id"), "organisation_invitation", ["municipality_id"], unique=False
    )
    op.create_index(
        op.f("ix_organisation_invitation_organisation_id"), "organisation_invitation", ["organisation_id"], unique=False
    )
    op.create_table(
        "organisation_member",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "owner", "editor", "reader", name="memberrole", native_enum=False, create_constraint=True, length=32
            ),
            nullable=False,
        ),
        sa.Column("since_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_organisation_member_organisation_id_organisation")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_organisation_member_person_id_person")),
        sa.PrimaryKeyConstraint("organisation_id", "person_id", name=op.f("pk_organisation_member")),
    )
    op.create_index(op.f("ix_organisation_member_person_id"), "organisation_member", ["person_id"], unique=False)
    op.create_table(
        "ride",
        sa.Column("municipality_id", sa.Uuid(), nullable=False),
        sa.Column("passenger_id", sa.Uuid(), nullable=False),
        sa.Column("representative_id", sa.Uuid(), nullable=True),
        sa.Column(
            "relation",
            sa.Enum(
                "family_carer",
                "family",
                "neighbour",
                "gp_nurse",
                "neighbourhood_worker",
                "other",
                name="relation",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("entered_by_id", sa.Uuid(), nullable=True),
        sa.Column(
            "channel",
            sa.Enum("web", "telephone", "desk", name="channel", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("origin", sa.JSON(), nullable=False),
        sa.Column("destination", sa.JSON(), nullable=False),
        sa.Column(
            "timing",
            sa.Enum("arrive_by", "fetch_at", name="timing", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("wanted_minute", sa.Integer(), nullable=False),
        sa.Column(
            "return_mode",
            sa.Enum("none", "wait", "later", name="returnmode", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("wait_minutes", sa.Integer(), nullable=False),
        sa.Column("return_minute", sa.Integer(), nullable=True),
        sa.Column("persons", sa.Integer(), nullable=False),
        sa.Column("needs", sa.JSON(), nullable=False),
        sa.Column("needs_help", sa.Boolean(), nullable=False),
        sa.Column("may_share", sa.Boolean(), nullable=False),
        sa.Column("prefers", sa.JSON(), nullable=False),
        sa.Column("remark", sa.String(length=200), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("least_cents", sa.Integer(), nullable=False),
        sa.Column("most_cents", sa.Integer(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("standing_id", sa.Uuid(), nullable=True),
        sa.Column("standing_on", sa.Date(), nullable=True),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("pickup_from_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("pickup_until_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("return_from_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("return_until_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("is_counted", sa.Boolean(), nullable=False),
        sa.Column("is_late", sa.Boolean(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "asked",
                "planned",
                "agreed",
                "done",
                "not_at_home",
                "turned_down",
                "cancelled",
                "cancelled_late",
                "referred",
                "not_driven",
                name="ridestatus",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("owner_id", sa.Uuid(), nullable=True),
        sa.Column("next_moment_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("escalated_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("escalation", sa.JSON(), nullable=True),
        sa.Column("unsure_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("pinned_driver_id", sa.Uuid(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("persons >= 1 AND pickup_from_at <= pickup_until_at", name=op.f("ck_ride_amounts")),
        sa.ForeignKeyConstraint(["entered_by_id"], ["person.id"], name=op.f("fk_ride_entered_by_id_person")),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["municipality.id"], name=op.f("fk_ride_municipality_id_municipality")
        ),
        sa.ForeignKeyConstraint(["owner_id"], ["person.id"], name=op.f("fk_ride_owner_id_person")),
        sa.ForeignKeyConstraint(["passenger_id"], ["person.id"], name=op.f("fk_ride_passenger_id_person")),
        sa.ForeignKeyConstraint(["pinned_driver_id"], ["driver.id"], name=op.f("fk_ride_pinned_driver_id_driver")),
        sa.ForeignKeyConstraint(["representative_id"], ["person.id"], name=op.f("fk_ride_representative_id_person")),
        sa.ForeignKeyConstraint(["standing_id"], ["standing_ride.id"], name=op.f("fk_ride_standing_id_standing_ride")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ride")),
        sa.UniqueConstraint("standing_id", "standing_on", name=op.f("uq_ride_standing_id_standing_on")),
    )
    op.create_index(op.f("ix_ride_municipality_id"), "ride", ["municipality_id"], unique=False)
    op.create_index(op.f("ix_ride_next_moment_at"), "ride", ["next_moment_at"], unique=False)
    op.create_index("ix_ride_of_a_day", "ride", ["municipality_id", "day"], unique=False)
    op.create_index(op.f("ix_ride_owner_id"), "ride", ["owner_id"], unique=False)
    op.create_index(op.f("ix_ride_passenger_id"), "ride", ["passenger_id"], unique=False)
    op.create_index(op.f("ix_ride_representative_id"), "ride", ["representative_id"], unique=False)
    op.create_index(op.f("ix_ride_standing_id"), "ride", ["standing_id"], unique=False)
    op.create_index(op.f("ix_ride_status"), "ride", ["status"], unique=False)
    op.create_table(
        "service_certificate",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("municipality_id", sa.Uuid(), nullable=False),
        sa.Column("period_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=False),
        sa.Column("confirmed_minutes", sa.Integer(), nullable=False),
        sa.Column("own_minutes", sa.Integer(), nullable=False),
        sa.Column("issued_by_id", sa.Uuid(), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_by_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint("confirmed_minutes >= 0 AND own_minutes >= 0", name=op.f("ck_service_certificate_minutes")),
        sa.ForeignKeyConstraint(
            ["issued_by_id"], ["person.id"], name=op.f("fk_service_certificate_issued_by_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["municipality.id"], name=op.f("fk_service_certificate_municipality_id_municipality")
        ),
        sa.ForeignKeyConstraint(
            ["period_id"], ["service_period.id"], name=op.f("fk_service_certificate_period_id_service_period")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_service_certificate_person_id_person")),
        sa.ForeignKeyConstraint(
            ["withdrawn_by_id"], ["person.id"], name=op.f("fk_service_certificate_withdrawn_by_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service_certificate")),
    )
    op.create_index(
        op.f("ix_service_certificate_municipality_id"), "service_certificate", ["municipality_id"], unique=False
    )
    op.create_index(op.f("ix_service_certificate_period_id"), "service_certificate", ["period_id"], unique=False)
    op.create_index(op.f("ix_service_certificate_person_id"), "service_certificate", ["person_id"], unique=False)
    op.create_table(
        "service_hours",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("municipality_id", sa.Uuid(), nullable=False),
        sa.Column("period_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("on_day", sa.Date(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("what", sa.String(length=120), nullable=False),
        sa.Column("organisation", sa.String(length=80), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=True),
        sa.Column(
            "status",
            sa.Enum(
                "own_word",
                "asked",
                "confirmed",
                "refused",
                name="servicehoursstatus",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("minutes > 0", name=op.f("ck_service_hours_minutes")),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["municipality.id"], name=op.f("fk_service_hours_municipality_id_municipality")
        ),
        sa.ForeignKeyConstraint(
            ["period_id"], ["service_period.id"], name=op.f("fk_service_hours_period_id_service_period")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_service_hours_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service_hours")),
    )
    op.create_index(op.f("ix_service_hours_municipality_id"), "service_hours", ["municipality_id"], unique=False)
    op.create_index(op.f("ix_service_hours_period_id"), "service_hours", ["period_id"], unique=False)
    op.create_index(op.f("ix_service_hours_person_id"), "service_hours", ["person_id"], unique=False)
    op.create_table(
        "sign_in_link",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("draft_id", sa.Uuid(), nullable=True),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("changes_address", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["draft_id"], ["draft.id"], name=op.f("fk_sign_in_link_draft_id_draft")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_sign_in_link_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_link")),
    )
    op.create_index(op.f("ix_sign_in_link_email"), "sign_in_link", ["email"], unique=False)
    op.create_table(
        "standing_ride_change",
        sa.Column("standing_id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("moved_to", sa.Date(), nullable=True),
        sa.Column("wanted_minute", sa.Integer(), nullable=True),
        sa.Column("return_minute", sa.Integer(), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["standing_id"], ["standing_ride.id"], name=op.f("fk_standing_ride_change_standing_id_standing_ride")
        ),
        sa.PrimaryKeyConstraint("standing_id", "day", name=op.f("pk_standing_ride_change")),
    )
    op.create_table(
        "vacancy",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("municipality_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.String(length=80), nullable=False),
        sa.Column("text", sa.String(length=1000), nullable=False),
        sa.Column("skill_code", sa.String(length=40), nullable=False),
        sa.Column("postcode", sa.String(length=6), nullable=False),
        sa.Column("street", sa.String(length=80), nullable=False),
        sa.Column("house_number", sa.String(length=10), nullable=False),
        sa.Column("neighbourhood", sa.String(length=60), nullable=False),
        sa.Column(
            "precision",
            sa.Enum(
                "postcode4",
                "postcode6",
                "address",
                name="precision",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("hours_per_week", sa.Integer(), nullable=False),
        sa.Column("questions", sa.JSON(), nullable=False),
        sa.Column("is_chosen_by_requester", sa.Boolean(), nullable=False),
        sa.Column("min_age", sa.Integer(), nullable=False),
        sa.Column("posted_by_id", sa.Uuid(), nullable=False),
        sa.Column("posted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("copied_from_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint("hours_per_week >= 0", name=op.f("ck_vacancy_hours")),
        sa.ForeignKeyConstraint(["copied_from_id"], ["vacancy.id"], name=op.f("fk_vacancy_copied_from_id_vacancy")),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["municipality.id"], name=op.f("fk_vacancy_municipality_id_municipality")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_vacancy_organisation_id_organisation")
        ),
        sa.ForeignKeyConstraint(["posted_by_id"], ["person.id"], name=op.f("fk_vacancy_posted_by_id_person")),
        sa.ForeignKeyConstraint(["skill_code"], ["skill.code"], name=op.f("fk_vacancy_skill_code_skill")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_vacancy")),
    )
    op.create_index(op.f("ix_vacancy_municipality_id"), "vacancy", ["municipality_id"], unique=False)
    op.create_index(op.f("ix_vacancy_organisation_id"), "vacancy", ["organisation_id"], unique=False)
    op.create_table(
        "activity_date",
        sa.Column("activity_id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("start_minute", sa.Integer(), nullable=True),
        sa.Column("end_minute", sa.Integer(), nullable=True),
        sa.CheckConstraint("(start_minute IS NULL) = (end_minute IS NULL)", name=op.f("ck_activity_date_both")),
        sa.CheckConstraint(
            "start_minute IS NULL OR (start_minute >= 0 AND start_minute < end_minute AND end_minute <= 1440)",
            name=op.f("ck_activity_date_minutes"),
        ),
        sa.ForeignKeyConstraint(["activity_id"], ["activity.id"], name=op.f("fk_activity_date_activity_id_activity")),
        sa.PrimaryKeyConstraint("activity_id", "day", name=op.f("pk_activity_date")),
    )
    op.create_table(
        "activity_time",
        sa.Column("activity_id", sa.Uuid(), nullable=False),
        sa.Column("weekday", sa.Integer(), nullable=False),
        sa.Column("start_minute", sa.Integer(), nullable=False),
        sa.Column("end_minute", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "start_minute >= 0 AND start_minute < end_minute AND end_minute <= 1440",
            name=op.f("ck_activity_time_minutes"),
        ),
        sa.CheckConstraint("weekday >= 0 AND weekday <= 6", name=op.f("ck_activity_time_weekday")),
        sa.ForeignKeyConstraint(["activity_id"], ["activity.id"], name=op.f("fk_activity_time_activity_id_activity")),
        sa.PrimaryKeyConstraint("activity_id", "weekday", "start_minute", name=op.f("pk_activity_time")),
    )
    op.create_table(
        "driver_minute",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("minute", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("driver_day_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["driver_day_id"], ["driver_day.id"], name=op.f("fk_driver_minute_driver_day_id_driver_day")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_driver_minute_person_id_person")),
        sa.PrimaryKeyConstraint("person_id", "minute", name=op.f("pk_driver_minute")),
    )
    op.create_index(op.f("ix_driver_minute_driver_day_id"), "driver_minute", ["driver_day_id"], unique=False)
    op.create_table(
        "group_activity_place",
        sa.Column("activity_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("joined_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["activity_id"], ["group_activity.id"], name=op.f("fk_group_activity_place_activity_id_group_activity")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_group_activity_place_person_id_person")),
        sa.PrimaryKeyConstraint("activity_id", "person_id", name=op.f("pk_group_activity_place")),
    )
    op.create_index(op.f("ix_group_activity_place_person_id"), "group_activity_place", ["person_id"], unique=False)
    op.create_table(
        "help_request",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("municipality_id", sa.Uuid(), nullable=False),
        sa.Column("requester_id", sa.Uuid(), nullable=False),
        sa.Column(
            "asker_kind",
            sa.Enum("private", "organisation", name="askerkind", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("organisation_name", sa.String(length=80), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=True),
        sa.Column("vacancy_id", sa.Uuid(), nullable=True),
        sa.Column(
            "channel",
            sa.Enum("web", "telephone", "desk", name="channel", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("entered_by_id", sa.Uuid(), nullable=True),
        sa.Column("representative_id", sa.Uuid(), nullable=True),
        sa.Column(
            "relation",
            sa.Enum(
                "family_carer",
                "family",
                "neighbour",
                "gp_nurse",
                "neighbourhood_worker",
                "other",
                name="relation",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("skill_code", sa.String(length=40), nullable=False),
        sa.Column("text", sa.String(length=1000), nullable=False),
        sa.Column("care_note", sa.String(length=500), nullable=False),
        sa.Column("postcode", sa.String(length=6), nullable=False),
        sa.Column("street", sa.String(length=80), nullable=False),
        sa.Column("house_number", sa.String(length=10), nullable=False),
        sa.Column("neighbourhood", sa.String(length=60), nullable=False),
        sa.Column("latitude", sa.Float(), nullable=False),
        sa.Column("longitude", sa.Float(), nullable=False),
        sa.Column(
            "precision",
            sa.Enum(
                "postcode4",
                "postcode6",
                "address",
                name="precision",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("is_at_home", sa.Boolean(), nullable=False),
        sa.Column("destination", sa.JSON(), nullable=True),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("languages", sa.JSON(), nullable=False),
        sa.Column("requires", sa.JSON(), nullable=False),
        sa.Column("min_age", sa.Integer(), nullable=False),
        sa.Column("is_chosen_by_requester", sa.Boolean(), nullable=False),
        sa.Column("posted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("respond_by", sa.DateTime(timezone=True), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=True),
        sa.Column("next_moment_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "rung",
            sa.Enum(
                "engine",
                "wider",
                "organisations",
                "coordinator",
                "team_lead",
                "municipality",
                name="rung",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("rung_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("went_wider_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("escalated_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("escalation", sa.JSON(), nullable=True),
        sa.Column("held_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("quiet_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("list_first_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_reason", sa.String(length=40), nullable=False),
        sa.Column("merged_into_id", sa.Uuid(), nullable=True),
        sa.Column("split_from_id", sa.Uuid(), nullable=True),
        sa.Column("occurrence_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint("minutes > 0 AND min_age >= 0", name=op.f("ck_help_request_amounts")),
        sa.ForeignKeyConstraint(["entered_by_id"], ["person.id"], name=op.f("fk_help_request_entered_by_id_person")),
        sa.ForeignKeyConstraint(
            ["merged_into_id"], ["help_request.id"], name=op.f("fk_help_request_merged_into_id_help_request")
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["municipality.id"], name=op.f("fk_help_request_municipality_id_municipality")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_help_request_organisation_id_organisation")
        ),
        sa.ForeignKeyConstraint(["owner_id"], ["person.id"], name=op.f("fk_help_request_owner_id_person")),
        sa.ForeignKeyConstraint(
            ["representative_id"], ["person.id"], name=op.f("fk_help_request_representative_id_person")
        ),
        sa.ForeignKeyConstraint(["requester_id"], ["person.id"], name=op.f("fk_help_request_requester_id_person")),
        sa.ForeignKeyConstraint(["skill_code"], ["skill.code"], name=op.f("fk_help_request_skill_code_skill")),
        sa.ForeignKeyConstraint(
            ["split_from_id"], ["help_request.id"], name=op.f("fk_help_request_split_from_id_help_request")
        ),
        sa.ForeignKeyConstraint(["vacancy_id"], ["vacancy.id"], name=op.f("fk_help_request_vacancy_id_vacancy")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_help_request")),
    )
    op.create_index(op.f("ix_help_request_municipality_id"), "help_request", ["municipality_id"], unique=False)
    op.create_index(op.f("ix_help_request_next_moment_at"), "help_request", ["next_moment_at"], unique=False)
    op.create_index(op.f("ix_help_request_occurrence_id"), "help_request", ["occurrence_id"], unique=False)
    op.create_index(op.f("ix_help_request_organisation_id"), "help_request", ["organisation_id"], unique=False)
    op.create_index(op.f("ix_help_request_owner_id"), "help_request", ["owner_id"], unique=False)
    op.create_index(op.f("ix_help_request_posted_at"), "help_request", ["posted_at"], unique=False)
    op.create_index(op.f("ix_help_request_representative_id"), "help_request", ["representative_id"], unique=False)
    op.create_index(op.f("ix_help_request_requester_id"), "help_request", ["requester_id"], unique=False)
    op.create_index(op.f("ix_help_request_rung"), "help_request", ["rung"], unique=False)
    op.create_index(op.f("ix_help_request_skill_code"), "help_request", ["skill_code"], unique=False)
    op.create_index(op.f("ix_help_request_vacancy_id"), "help_request", ["vacancy_id"], unique=False)
    op.create_table(
        "ride_move",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("municipality_id", sa.Uuid(), nullable=False),
        sa.Column("ride_id", sa.Uuid(), nullable=False),
        sa.Column("from_driver_id", sa.Uuid(), nullable=True),
        sa.Column("to_driver_id", sa.Uuid(), nullable=True),
        sa.Column("moved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("moved_by_id", sa.Uuid(), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["from_driver_id"], ["driver.id"], name=op.f("fk_ride_move_from_driver_id_driver")),
        sa.ForeignKeyConstraint(["moved_by_id"], ["person.id"], name=op.f("fk_ride_move_moved_by_id_person")),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["municipality.id"], name=op.f("fk_ride_move_municipality_id_municipality")
        ),
        sa.ForeignKeyConstraint(["ride_id"], ["ride.id"], name=op.f("fk_ride_move_ride_id_ride")),
        sa.ForeignKeyConstraint(["to_driver_id"], ["driver.id"], name=op.f("fk_ride_move_to_driver_id_driver")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ride_move")),
    )
    op.create_index(op.f("ix_ride_move_municipality_id"), "ride_move", ["municipality_id"], unique=False)
    op.create_index(op.f("ix_ride_move_ride_id"), "ride_move", ["ride_id"], unique=False)
    op.create_table(
        "ride_promise",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("municipality_id", sa.Uuid(), nullable=False),
        sa.Column("ride_id", sa.Uuid(), nullable=False),
        sa.Column(
            "leg",
            sa.Enum("out", "return", name="rideleg", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("driver_day_id", sa.Uuid(), nullable=False),
        sa.Column("driver_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("pickup_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finish_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "origin",
            sa.Enum(
                "engine",
                "application",
                "resident_choice",
                "coordinator",
                name="origin",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "status",
            sa.Enum(
                "proposed",
                "accepted",
                "declined",
                "withdrawn",
                "lapsed",
                "done",
                name="promisestatus",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answer_by", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "result",
            sa.Enum(
                "driven",
                "not_at_home",
                "turned_down",
                "not_driven",
                name="driveresult",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("parking_cents", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["driver_day_id"], ["driver_day.id"], name=op.f("fk_ride_promise_driver_day_id_driver_day")
        ),
        sa.ForeignKeyConstraint(["driver_id"], ["driver.id"], name=op.f("fk_ride_promise_driver_id_driver")),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["municipality.id"], name=op.f("fk_ride_promise_municipality_id_municipality")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_ride_promise_person_id_person")),
        sa.ForeignKeyConstraint(["ride_id"], ["ride.id"], name=op.f("fk_ride_promise_ride_id_ride")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ride_promise")),
    )
    op.create_index(op.f("ix_ride_promise_answer_by"), "ride_promise", ["answer_by"], unique=False)
    op.create_index(op.f("ix_ride_promise_driver_day_id"), "ride_promise", ["driver_day_id"], unique=False)
    op.create_index(op.f("ix_ride_promise_driver_id"), "ride_promise", ["driver_id"], unique=False)
    op.create_index(op.f("ix_ride_promise_municipality_id"), "ride_promise", ["municipality_id"], unique=False)
    op.create_index(op.f("ix_ride_promise_person_id"), "ride_promise", ["person_id"], unique=False)
    op.create_index(op.f("ix_ride_promise_ride_id"), "ride_promise", ["ride_id"], unique=False)
    op.create_index(op.f("ix_ride_promise_status"), "ride_promise", ["status"], unique=False)
    op.create_index(
        "uq_ride_promise_standing",
        "ride_promise",
        ["ride_id", "leg"],
        unique=True,
        sqlite_where=sa.text("status IN ('proposed', 'accepted', 'done')"),
        postgresql_where=sa.text("status IN ('proposed', 'accepted', 'done')"),
    )
    op.create_table(
        "standby_ask",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("municipality_id", sa.Uuid(), nullable=False),
        sa.Column("ride_id", sa.Uuid(), nullable=False),
        sa.Column("driver_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answer_by", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("is_yes", sa.Boolean(), nullable=True),
        sa.ForeignKeyConstraint(["driver_id"], ["driver.id"], name=op.f("fk_standby_ask_driver_id_driver")),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["municipality.id"], name=op.f("fk_standby_ask_municipality_id_municipality")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_standby_ask_person_id_person")),
        sa.ForeignKeyConstraint(["ride_id"], ["ride.id"], name=op.f("fk_standby_ask_ride_id_ride")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_standby_ask")),
        sa.UniqueConstraint("ride_id", "driver_id", name=op.f("uq_standby_ask_ride_id_driver_id")),
    )
    op.create_index(op.f("ix_standby_ask_answer_by"), "standby_ask", ["answer_by"], unique=False)
    op.create_index(op.f("ix_standby_ask_driver_id"), "standby_ask", ["driver_id"], unique=False)
    op.create_index(op.f("ix_standby_ask_municipality_id"), "standby_ask", ["municipality_id"], unique=False)
    op.create_index(op.f("ix_standby_ask_person_id"), "standby_ask", ["person_id"], unique=False)
    op.create_index(op.f("ix_standby_ask_ride_id"), "standby_ask", ["ride_id"], unique=False)
    op.create_table(
        "vacancy_answer",
        sa.Column("vacancy_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(length=500), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_vacancy_answer_person_id_person")),
        sa.ForeignKeyConstraint(["vacancy_id"], ["vacancy.id"], name=op.f("fk_vacancy_answer_vacancy_id_vacancy")),
        sa.PrimaryKeyConstraint("vacancy_id", "person_id", "number", name=op.f("pk_vacancy_answer")),
    )
    op.create_index(op.f("ix_vacancy_answer_person_id"), "vacancy_answer", ["person_id"], unique=False)
    op.create_table(
        "activity_link",
        sa.Column("request_id", sa.Uuid(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("along", "instead", name="activitylinkkind", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("activity_id", sa.Uuid(), nullable=False),
        sa.Column("municipality_id", sa.Uuid(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["activity_id"], ["activity.id"], name=op.f("fk_activity_link_activity_id_activity")),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["municipality.id"], name=op.f("fk_activity_link_municipality_id_municipality")
        ),
        sa.ForeignKeyConstraint(
            ["request_id"], ["help_request.id"], name=op.f("fk_activity_link_request_id_help_request")
        ),
        sa.PrimaryKeyConstraint("request_id", "kind", name=op.f("pk_activity_link")),
    )
    op.create_index(op.f("ix_activity_link_activity_id"), "activity_link", ["activity_id"], unique=False)
    op.create_index(op.f("ix_activity_link_municipality_id"), "activity_link", ["municipality_id"], unique=False)
    op.create_table(
        "due_row",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("municipality_id", sa.Uuid(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("round", "rides", name="duekind", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("request_id", sa.Uuid(), nullable=True),
        sa.Column("day", sa.Date(), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["municipality.id"], name=op.f("fk_due_row_municipality_id_municipality")
        ),
        sa.ForeignKeyConstraint(["request_id"], ["help_request.id"], name=op.f("fk_due_row_request_id_help_request")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_due_row")),
    )
    op.create_index(op.f("ix_due_row_municipality_id"), "due_row", ["municipality_id"], unique=False)
    op.create_index(
        "ix_due_row_pending",
        "due_row",
        ["due_at"],
        unique=False,
        sqlite_where=sa.text("done_at IS NULL"),
        postgresql_where=sa.text("done_at IS NULL"),
    )
    op.create_table(
        "file_look",
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("municipality_id", sa.Uuid(), nullable=False),
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("request_id", sa.Uuid(), nullable=True),
        sa.Column("action", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("chain", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["municipality.id"], name=op.f("fk_file_look_municipality_id_municipality")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_file_look_person_id_person")),
        sa.ForeignKeyConstraint(["request_id"], ["help_request.id"], name=op.f("fk_file_look_request_id_help_request")),
        sa.ForeignKeyConstraint(["staff_id"], ["person.id"], name=op.f("fk_file_look_staff_id_person")),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_file_look")),
    )
    op.create_index(op.f("ix_file_look_at"), "file_look", ["at"], unique=False)
    op.create_index(op.f("ix_file_look_municipality_id"), "file_look", ["municipality_id"], unique=False)
    op.create_index(op.f("ix_file_look_person_id"), "file_look", ["person_id"], unique=False)
    op.create_index(op.f("ix_file_look_staff_id"), "file_look", ["staff_id"], unique=False)
    op.create_table(
        "hand_over",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("municipality_id", sa.Uuid(), nullable=False),
        sa.Column("request_id", sa.Uuid(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("organisation", sa.String(length=80), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=True),
        sa.Column("story", sa.String(length=2000), nullable=False),
        sa.Column("with_contact", sa.Boolean(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "asked",
                "sent",
                "received",
                "returned",
                "declined",
                "withdrawn",
                name="handoverstatus",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("agreed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("asked_at < due_at", name=op.f("ck_hand_over_order")),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["municipality.id"], name=op.f("fk_hand_over_municipality_id_municipality")
        ),
        sa.ForeignKeyConstraint(["owner_id"], ["person.id"], name=op.f("fk_hand_over_owner_id_person")),
        sa.ForeignKeyConstraint(["request_id"], ["help_request.id"], name=op.f("fk_hand_over_request_id_help_request")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hand_over")),
    )
    op.create_index(op.f("ix_hand_over_due_at"), "hand_over", ["due_at"], unique=False)
    op.create_index(op.f("ix_hand_over_municipality_id"), "hand_over", ["municipality_id"], unique=False)
    op.create_index(op.f("ix_hand_over_owner_id"), "hand_over", ["owner_id"], unique=False)
    op.create_index(op.f("ix_hand_over_request_id"), "hand_over", ["request_id"], unique=False)
    op.create_index(op.f("ix_hand_over_status"), "hand_over", ["status"], unique=False)
    op.create_index(
        "uq_hand_over_live",
        "hand_over",
        ["request_id"],
        unique=True,
        sqlite_where=sa.text("status IN ('asked', 'sent')"),
        postgresql_where=sa.text("status IN ('asked', 'sent')"),
    )
    op.create_table(
        "passed_case",
        sa.Column("absence_id", sa.Uuid(), nullable=False),
        sa.Column("request_id", sa.Uuid(), nullable=False),
        sa.Column("to_id", sa.Uuid(), nullable=False),
        sa.Column("passed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("returned_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["absence_id"], ["absence.id"], name=op.f("fk_passed_case_absence_id_absence")),
        sa.ForeignKeyConstraint(
            ["request_id"], ["help_request.id"], name=op.f("fk_passed_case_request_id_help_request")
        ),
        sa.ForeignKeyConstraint(["to_id"], ["person.id"], name=op.f("fk_passed_case_to_id_person")),
        sa.PrimaryKeyConstraint("absence_id", "request_id", name=op.f("pk_passed_case")),
    )
    op.create_table(
        "proposal",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("municipality_id", sa.Uuid(), nullable=False),
        sa.Column("volunteer_municipality_id", sa.Uuid(), nullable=False),
        sa.Column("request_id", sa.Uuid(), nullable=False),
        sa.Column("offer_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column(
            "origin",
            sa.Enum(
                "engine",
                "application",
                "resident_choice",
                "coordinator",
                name="origin",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "status",
            sa.Enum(
                "open",
                "waiting",
                "accepted",
                "declined",
                "withdrawn",
                "lapsed",
                "refused",
                "undone",
                name="proposalstatus",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "decline_reason",
            sa.Enum(
                "not_now",
                "not_this_kind",
                "too_far",
                "pause",
                "other",
                name="declinereason",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column("score", sa.JSON(), nullable=False),
        sa.Column("distance_km", sa.Float(), nullable=False),
        sa.Column("reserve", sa.String(length=10), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["municipality.id"], name=op.f("fk_proposal_municipality_id_municipality")
        ),
        sa.ForeignKeyConstraint(["offer_id"], ["offer.id"], name=op.f("fk_proposal_offer_id_offer")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_proposal_person_id_person")),
        sa.ForeignKeyConstraint(["request_id"], ["help_request.id"], name=op.f("fk_proposal_request_id_help_request")),
        sa.ForeignKeyConstraint(
            ["volunteer_municipality_id"],
            ["municipality.id"],
            name=op.f("fk_proposal_volunteer_municipality_id_municipality"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposal")),
    )
    op.create_index(op.f("ix_proposal_expires_at"), "proposal", ["expires_at"], unique=False)
    op.create_index(op.f("ix_proposal_municipality_id"), "proposal", ["municipality_id"], unique=False)
    op.create_index("ix_proposal_offer", "proposal", ["offer_id", "proposed_at"], unique=False)
    op.create_index(op.f("ix_proposal_person_id"), "proposal", ["person_id"], unique=False)
    op.create_index(op.f("ix_proposal_proposed_at"), "proposal", ["proposed_at"], unique=False)
    op.create_index(op.f("ix_proposal_request_id"), "proposal", ["request_id"], unique=False)
    op.create_index(op.f("ix_proposal_status"), "proposal", ["status"], unique=False)
    op.create_index(
        op.f("ix_proposal_volunteer_municipality_id"), "proposal", ["volunteer_municipality_id"], unique=False
    )
    op.create_index(
        "uq_proposal_live_pair",
        "proposal",
        ["request_id", "person_id"],
        unique=True,
        sqlite_where=sa.text("status IN ('open', 'waiting')"),
        postgresql_where=sa.text("status IN ('open', 'waiting')"),
    )
    op.create_table(
        "relaxation_question",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("municipality_id", sa.Uuid(), nullable=False),
        sa.Column("request_id", sa.Uuid(), nullable=False),
        sa.Column("asked_by_id", sa.Uuid(), nullable=True),
        sa.Column(
            "kind",
            sa.Enum(
                "other_day",
                "shorter",
                "earlier_or_later",
                "any_language",
                "younger",
                name="relaxation",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("amount", sa.Integer(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("is_yes", sa.Boolean(), nullable=True),
        sa.CheckConstraint("amount >= 0 AND people > 0", name=op.f("ck_relaxation_question_amounts")),
        sa.ForeignKeyConstraint(["asked_by_id"], ["person.id"], name=op.f("fk_relaxation_question_asked_by_id_person")),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["municipality.id"], name=op.f("fk_relaxation_question_municipality_id_municipality")
        ),
        sa.ForeignKeyConstraint(
            ["request_id"], ["help_request.id"], name=op.f("fk_relaxation_question_request_id_help_request")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_relaxation_question")),
    )
    op.create_index(
        op.f("ix_relaxation_question_municipality_id"), "relaxation_question", ["municipality_id"], unique=False
    )
    op.create_index(op.f("ix_relaxation_question_request_id"), "relaxation_question", ["request_id"], unique=False)
    op.create_index(
        "uq_relaxation_question_open",
        "relaxation_question",
        ["request_id"],
        unique=True,
        sqlite_where=sa.text("answered_at IS NULL"),
        postgresql_where=sa.text("answered_at IS NULL"),
    )
    op.create_table(
        "request_weekly",
        sa.Column("request_id", sa.Uuid(), nullable=False),
        sa.Column("weekday", sa.Integer(), nullable=False),
        sa.Column("start_minute", sa.Integer(), nullable=False),
        sa.Column("end_minute", sa.Integer(), nullable=False),
        sa.Column(
            "rhythm",
            sa.Enum(
                "weekly",
                "fortnightly",
                "first",
                "second",
                "third",
                "fourth",
                "last",
                name="rhythm",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.CheckConstraint(
            "start_minute >= 0 AND start_minute < end_minute AND end_minute <= 1440",
            name=op.f("ck_request_weekly_minutes"),
        ),
        sa.CheckConstraint("weekday >= 0 AND weekday <= 6", name=op.f("ck_request_weekly_weekday")),
        sa.ForeignKeyConstraint(
            ["request_id"], ["help_request.id"], name=op.f("fk_request_weekly_request_id_help_request")
        ),
        sa.PrimaryKeyConstraint("request_id", "weekday", "start_minute", name=op.f("pk_request_weekly")),
    )
    op.create_table(
        "request_window",
        sa.Column("request_id", sa.Uuid(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("starts_at < ends_at", name=op.f("ck_request_window_order")),
        sa.ForeignKeyConstraint(
            ["request_id"], ["help_request.id"], name=op.f("fk_request_window_request_id_help_request")
        ),
        sa.PrimaryKeyConstraint("request_id", "starts_at", name=op.f("pk_request_window")),
    )
    op.create_table(
        "ride_cost",
        sa.Column("promise_id", sa.Uuid(), nullable=False),
        sa.Column("municipality_id", sa.Uuid(), nullable=False),
        sa.Column("ride_id", sa.Uuid(), nullable=False),
        sa.Column("driver_id", sa.Uuid(), nullable=False),
        sa.Column("driver_day_id", sa.Uuid(), nullable=False),
        sa.Column("passenger_id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("metres", sa.Integer(), nullable=False),
        sa.Column("cents", sa.Integer(), nullable=False),
        sa.Column("parking_cents", sa.Integer(), nullable=False),
        sa.Column("is_passengers", sa.Boolean(), nullable=False),
        sa.Column("counted_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("cents >= 0 AND parking_cents >= 0 AND metres >= 0", name=op.f("ck_ride_cost_amounts")),
        sa.ForeignKeyConstraint(
            ["driver_day_id"], ["driver_day.id"], name=op.f("fk_ride_cost_driver_day_id_driver_day")
        ),
        sa.ForeignKeyConstraint(["driver_id"], ["driver.id"], name=op.f("fk_ride_cost_driver_id_driver")),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["municipality.id"], name=op.f("fk_ride_cost_municipality_id_municipality")
        ),
        sa.ForeignKeyConstraint(["passenger_id"], ["person.id"], name=op.f("fk_ride_cost_passenger_id_person")),
        sa.ForeignKeyConstraint(["promise_id"], ["ride_promise.id"], name=op.f("fk_ride_cost_promise_id_ride_promise")),
        sa.ForeignKeyConstraint(["ride_id"], ["ride.id"], name=op.f("fk_ride_cost_ride_id_ride")),
        sa.PrimaryKeyConstraint("promise_id", name=op.f("pk_ride_cost")),
    )
    op.create_index(op.f("ix_ride_cost_day"), "ride_cost", ["day"], unique=False)
    op.create_index(op.f("ix_ride_cost_driver_day_id"), "ride_cost", ["driver_day_id"], unique=False)
    op.create_index(op.f("ix_ride_cost_driver_id"), "ride_cost", ["driver_id"], unique=False)
    op.create_index(op.f("ix_ride_cost_municipality_id"), "ride_cost", ["municipality_id"], unique=False)
    op.create_index(op.f("ix_ride_cost_passenger_id"), "ride_cost", ["passenger_id"], unique=False)
    op.create_index(op.f("ix_ride_cost_ride_id"), "ride_cost", ["ride_id"], unique=False)
    op.create_table(
        "series",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("municipality_id", sa.Uuid(), nullable=False),
        sa.Column("request_id", sa.Uuid(), nullable=False),
        sa.Column(
            "rhythm",
            sa.Enum(
                "weekly",
                "fortnightly",
                "first",
                "second",
                "third",
                "fourth",
                "last",
                name="rhythm",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("weekday", sa.Integer(), nullable=False),
        sa.Column("start_minute", sa.Integer(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=False),
        sa.Column("is_reviewed", sa.Boolean(), nullable=False),
        sa.Column("is_circle", sa.Boolean(), nullable=False),
        sa.Column(
            "status",
            sa.Enum("running", "ended", name="seriesstatus", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("made_until", sa.Date(), nullable=True),
        sa.Column("turns_among", sa.String(), nullable=False),
        sa.Column("next_moment_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("review_asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("asked_how_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("first_on <= last_on", name=op.f("ck_series_order")),
        sa.CheckConstraint("start_minute >= 0 AND start_minute < 1440 AND minutes > 0", name=op.f("ck_series_minutes")),
        sa.CheckConstraint("weekday >= 0 AND weekday <= 6", name=op.f("ck_series_weekday")),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["municipality.id"], name=op.f("fk_series_municipality_id_municipality")
        ),
        sa.ForeignKeyConstraint(["request_id"], ["help_request.id"], name=op.f("fk_series_request_id_help_request")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_series")),
        sa.UniqueConstraint("request_id", name=op.f("uq_series_request_id")),
    )
    op.create_index(op.f("ix_series_municipality_id"), "series", ["municipality_id"], unique=False)
    op.create_index(op.f("ix_series_next_moment_at"), "series", ["next_moment_at"], unique=False)
    op.create_table(
        "slot",
        sa.Column("request_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("municipality_id", sa.Uuid(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "free",
                "taken",
                "done",
                "withdrawn",
                "closed",
                name="slotstatus",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("free_since_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["municipality.id"], name=op.f("fk_slot_municipality_id_municipality")
        ),
        sa.ForeignKeyConstraint(["request_id"], ["help_request.id"], name=op.f("fk_slot_request_id_help_request")),
        sa.PrimaryKeyConstraint("request_id", "number", name=op.f("pk_slot")),
    )
    op.create_index("ix_slot_municipality_id_status", "slot", ["municipality_id", "status"], unique=False)
    op.create_index(op.f("ix_slot_status"), "slot", ["status"], unique=False)
    op.create_table(
        "trajectory",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("municipality_id", sa.Uuid(), nullable=False),
        sa.Column("skill_code", sa.String(length=40), nullable=False),
        sa.Column("resident_id", sa.Uuid(), nullable=False),
        sa.Column("representative_id", sa.Uuid(), nullable=True),
        sa.Column(
            "relation",
            sa.Enum(
                "family_carer",
                "family",
                "neighbour",
                "gp_nurse",
                "neighbourhood_worker",
                "other",
                name="relation",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column(
            "channel",
            sa.Enum("web", "telephone", "desk", name="channel", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("entered_by_id", sa.Uuid(), nullable=True),
        sa.Column("text", sa.String(length=1000), nullable=False),
        sa.Column("groups", sa.JSON(), nullable=False),
        sa.Column("languages", sa.JSON(), nullable=False),
        sa.Column("need", sa.String(length=1000), nullable=False),
        sa.Column("wishes", sa.String(length=500), nullable=False),
        sa.Column("postcode", sa.String(length=6), nullable=False),
        sa.Column("neighbourhood", sa.String(length=60), nullable=False),
        sa.Column("latitude", sa.Float(), nullable=False),
        sa.Column("longitude", sa.Float(), nullable=False),
        sa.Column(
            "precision",
            sa.Enum(
                "postcode4",
                "postcode6",
                "address",
                name="precision",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "intake",
                "waiting",
                "acquainting",
                "running",
                "ended",
                name="trajectorystatus",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("owner_id", sa.Uuid(), nullable=True),
        sa.Column("passed_from_id", sa.Uuid(), nullable=True),
        sa.Column("next_moment_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("later_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("intake_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("intake_held_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("waiting_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("is_first", sa.Boolean(), nullable=False),
        sa.Column("meanwhile_id", sa.Uuid(), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "ending",
            sa.Enum(
                "well",
                "stopped",
                "other_help",
                "withdrawn",
                "erased",
                name="trajectoryending",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("look_back", sa.String(length=1000), nullable=False),
        sa.Column("what_next", sa.String(length=500), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("(status = 'ended') = (ended_at IS NOT NULL)", name=op.f("ck_trajectory_ended")),
        sa.CheckConstraint("(status = 'ended') = (ending IS NOT NULL)", name=op.f("ck_trajectory_ending_said")),
        sa.ForeignKeyConstraint(["entered_by_id"], ["person.id"], name=op.f("fk_trajectory_entered_by_id_person")),
        sa.ForeignKeyConstraint(
            ["meanwhile_id"], ["help_request.id"], name=op.f("fk_trajectory_meanwhile_id_help_request")
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["municipality.id"], name=op.f("fk_trajectory_municipality_id_municipality")
        ),
        sa.ForeignKeyConstraint(["owner_id"], ["person.id"], name=op.f("fk_trajectory_owner_id_person")),
        sa.ForeignKeyConstraint(["passed_from_id"], ["person.id"], name=op.f("fk_trajectory_passed_from_id_person")),
        sa.ForeignKeyConstraint(
            ["representative_id"], ["person.id"], name=op.f("fk_trajectory_representative_id_person")
        ),
        sa.ForeignKeyConstraint(["resident_id"], ["person.id"], name=op.f("fk_trajectory_resident_id_person")),
        sa.ForeignKeyConstraint(["skill_code"], ["skill.code"], name=op.f("fk_trajectory_skill_code_skill")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trajectory")),
    )
    op.create_index(op.f("ix_trajectory_asked_at"), "trajectory", ["asked_at"], unique=False)
    op.create_index(op.f("ix_trajectory_municipality_id"), "trajectory", ["municipality_id"], unique=False)
    op.create_index(op.f("ix_trajectory_next_moment_at"), "trajectory", ["next_moment_at"], unique=False)
    op.create_index(op.f("ix_trajectory_owner_id"), "trajectory", ["owner_id"], unique=False)
    op.create_index(op.f("ix_trajectory_representative_id"), "trajectory", ["representative_id"], unique=False)
    op.create_index(op.f("ix_trajectory_resident_id"), "trajectory", ["resident_id"], unique=False)
    op.create_index(op.f("ix_trajectory_skill_code"), "trajectory", ["skill_code"], unique=False)
    op.create_index(op.f("ix_trajectory_status"), "trajectory", ["status"], unique=False)
    op.create_table(
        "introduction",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("municipality_id", sa.Uuid(), nullable=False),
        sa.Column("trajectory_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("offer_id", sa.Uuid(), nullable=False),
        sa.Column("introduced_by_id", sa.Uuid(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "asked",
                "offered",
                "meeting",
                "agreeing",
                "running",
                "declined",
                "lapsed",
                "withdrawn",
                "done",
                "stopped",
                name="introductionstatus",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("introduced_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answer_by", sa.DateTime(timezone=True), nullable=False),
        sa.Column("meets_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("meets_where", sa.String(length=120), nullable=False),
        sa.Column("resident_goes_on", sa.Boolean(), nullable=True),
        sa.Column("buddy_goes_on", sa.Boolean(), nullable=True),
        sa.Column("goal", sa.String(length=500), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("wanted_goal", sa.String(length=500), nullable=False),
        sa.Column("wanted_ends_on", sa.Date(), nullable=True),
        sa.Column("resident_agreed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("buddy_agreed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("(started_at IS NULL) OR (ends_on IS NOT NULL)", name=op.f("ck_introduction_period")),
        sa.ForeignKeyConstraint(
            ["introduced_by_id"], ["person.id"], name=op.f("fk_introduction_introduced_by_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["municipality.id"], name=op.f("fk_introduction_municipality_id_municipality")
        ),
        sa.ForeignKeyConstraint(["offer_id"], ["offer.id"], name=op.f("fk_introduction_offer_id_offer")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_introduction_person_id_person")),
        sa.ForeignKeyConstraint(
            ["trajectory_id"], ["trajectory.id"], name=op.f("fk_introduction_trajectory_id_trajectory")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_introduction")),
    )
    op.create_index(op.f("ix_introduction_answer_by"), "introduction", ["answer_by"], unique=False)
    op.create_index(op.f("ix_introduction_municipality_id"), "introduction", ["municipality_id"], unique=False)
    op.create_index(op.f("ix_introduction_offer_id"), "introduction", ["offer_id"], unique=False)
    op.create_index(op.f("ix_introduction_person_id"), "introduction", ["person_id"], unique=False)
    op.create_index(op.f("ix_introduction_status"), "introduction", ["status"], unique=False)
    op.create_index(op.f("ix_introduction_trajectory_id"), "introduction", ["trajectory_id"], unique=False)
    op.create_index(
        "uq_introduction_buddy",
        "introduction",
        ["person_id"],
        unique=True,
        sqlite_where=sa.text("status IN ('asked', 'offered', 'meeting', 'agreeing', 'running')"),
        postgresql_where=sa.text("status IN ('asked', 'offered', 'meeting', 'agreeing', 'running')"),
    )
    op.create_index(
        "uq_introduction_live",
        "introduction",
        ["trajectory_id"],
        unique=True,
        sqlite_where=sa.text("status IN ('asked', 'offered', 'meeting', 'agreeing', 'running')"),
        postgresql_where=sa.text("status IN ('asked', 'offered', 'meeting', 'agreeing', 'running')"),
    )
    op.create_table(
        "match",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("municipality_id", sa.Uuid(), nullable=False),
        sa.Column("volunteer_municipality_id", sa.Uuid(), nullable=False),
        sa.Column("request_id", sa.Uuid(), nullable=False),
        sa.Column("slot_number", sa.Integer(), nullable=False),
        sa.Column("offer_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("proposal_id", sa.Uuid(), nullable=False),
        sa.Column(
            "origin",
            sa.Enum(
                "engine",
                "application",
                "resident_choice",
                "coordinator",
                name="origin",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "status",
            sa.Enum(
                "agreed",
                "confirmed",
                "done",
                "objected",
                "cancelled",
                "undone",
                name="matchstatus",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("objection_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("nudged_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("asked_how_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["municipality.id"], name=op.f("fk_match_municipality_id_municipality")
        ),
        sa.ForeignKeyConstraint(["offer_id"], ["offer.id"], name=op.f("fk_match_offer_id_offer")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_match_person_id_person")),
        sa.ForeignKeyConstraint(["proposal_id"], ["proposal.id"], name=op.f("fk_match_proposal_id_proposal")),
        sa.ForeignKeyConstraint(
            ["request_id", "slot_number"],
            ["slot.request_id", "slot.number"],
            name=op.f("fk_match_request_id_slot_number_slot"),
        ),
        sa.ForeignKeyConstraint(["request_id"], ["help_request.id"], name=op.f("fk_match_request_id_help_request")),
        sa.ForeignKeyConstraint(
            ["volunteer_municipality_id"],
            ["municipality.id"],
            name=op.f("fk_match_volunteer_municipality_id_municipality"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_match")),
    )
    op.create_index(op.f("ix_match_made_at"), "match", ["made_at"], unique=False)
    op.create_index(op.f("ix_match_municipality_id"), "match", ["municipality_id"], unique=False)
    op.create_index(op.f("ix_match_objection_until"), "match", ["objection_until"], unique=False)
    op.create_index("ix_match_offer", "match", ["offer_id", "request_id", "status"], unique=False)
    op.create_index(op.f("ix_match_person_id"), "match", ["person_id"], unique=False)
    op.create_index(op.f("ix_match_request_id"), "match", ["request_id"], unique=False)
    op.create_index(op.f("ix_match_status"), "match", ["status"], unique=False)
    op.create_index(op.f("ix_match_volunteer_municipality_id"), "match", ["volunteer_municipality_id"], unique=False)
    op.create_index(
        "uq_match_of_proposal",
        "match",
        ["proposal_id"],
        unique=True,
        sqlite_where=sa.text("status != 'undone'"),
        postgresql_where=sa.text("status != 'undone'"),
    )
    op.create_index(
        "uq_match_standing_pair",
        "match",
        ["request_id", "person_id"],
        unique=True,
        sqlite_where=sa.text("status IN ('agreed', 'confirmed', 'done')"),
        postgresql_where=sa.text("status IN ('agreed', 'confirmed', 'done')"),
    )
    op.create_index(
        "uq_match_standing_slot",
        "match",
        ["request_id", "slot_number"],
        unique=True,
        sqlite_where=sa.text("status IN ('agreed', 'confirmed', 'done')"),
        postgresql_where=sa.text("status IN ('agreed', 'confirmed', 'done')"),
    )
    op.create_table(
        "pair_approval",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("municipality_id", sa.Uuid(), nullable=False),
        sa.Column("request_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("proposal_id", sa.Uuid(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=True),
        sa.Column(
            "status",
            sa.Enum(
                "asked",
                "approved",
                "refused",
                "moot",
                name="approvalstatus",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by_id", sa.Uuid(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("asked_at <= due_at", name=op.f("ck_pair_approval_order")),
        sa.ForeignKeyConstraint(["decided_by_id"], ["person.id"], name=op.f("fk_pair_approval_decided_by_id_person")),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["municipality.id"], name=op.f("fk_pair_approval_municipality_id_municipality")
        ),
        sa.ForeignKeyConstraint(["owner_id"], ["person.id"], name=op.f("fk_pair_approval_owner_id_person")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_pair_approval_person_id_person")),
        sa.ForeignKeyConstraint(["proposal_id"], ["proposal.id"], name=op.f("fk_pair_approval_proposal_id_proposal")),
        sa.ForeignKeyConstraint(
            ["request_id"], ["help_request.id"], name=op.f("fk_pair_approval_request_id_help_request")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pair_approval")),
    )
    op.create_index(op.f("ix_pair_approval_municipality_id"), "pair_approval", ["municipality_id"], unique=False)
    op.create_index(op.f("ix_pair_approval_owner_id"), "pair_approval", ["owner_id"], unique=False)
    op.create_index(op.f("ix_pair_approval_person_id"), "pair_approval", ["person_id"], unique=False)
    op.create_index(op.f("ix_pair_approval_request_id"), "pair_approval", ["request_id"], unique=False)
    op.create_index(op.f("ix_pair_approval_status"), "pair_approval", ["status"], unique=False)
    op.create_index(
        "uq_pair_approval_live",
        "pair_approval",
        ["request_id", "person_id"],
        unique=True,
        sqlite_where=sa.text("status IN ('asked', 'approved')"),
        postgresql_where=sa.text("status IN ('asked', 'approved')"),
    )
    op.create_table(
        "series_word",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("municipality_id", sa.Uuid(), nullable=False),
        sa.Column("series_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column(
            "how",
            sa.Enum("good", "so_so", "bad", name="howitwas", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("remark", sa.String(length=500), nullable=False),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["municipality.id"], name=op.f("fk_series_word_municipality_id_municipality")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_series_word_person_id_person")),
        sa.ForeignKeyConstraint(["series_id"], ["series.id"], name=op.f("fk_series_word_series_id_series")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_series_word")),
    )
    op.create_index(op.f("ix_series_word_municipality_id"), "series_word", ["municipality_id"], unique=False)
    op.create_index(op.f("ix_series_word_person_id"), "series_word", ["person_id"], unique=False)
    op.create_index(op.f("ix_series_word_series_id"), "series_word", ["series_id"], unique=False)
    op.create_table(
        "undo_step",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("municipality_id", sa.Uuid(), nullable=False),
        sa.Column("request_id", sa.Uuid(), nullable=True),
        sa.Column("trajectory_id", sa.Uuid(), nullable=True),
        sa.Column("actor_id", sa.Uuid(), nullable=False),
        sa.Column("act", sa.String(length=40), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("after", sa.JSON(), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(request_id IS NULL) != (trajectory_id IS NULL)", name=op.f("ck_undo_step_of_one")),
        sa.ForeignKeyConstraint(["actor_id"], ["person.id"], name=op.f("fk_undo_step_actor_id_person")),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["municipality.id"], name=op.f("fk_undo_step_municipality_id_municipality")
        ),
        sa.ForeignKeyConstraint(["request_id"], ["help_request.id"], name=op.f("fk_undo_step_request_id_help_request")),
        sa.ForeignKeyConstraint(
            ["trajectory_id"], ["trajectory.id"], name=op.f("fk_undo_step_trajectory_id_trajectory")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_undo_step")),
    )
    op.create_index(op.f("ix_undo_step_actor_id"), "undo_step", ["actor_id"], unique=False)
    op.create_index(op.f("ix_undo_step_municipality_id"), "undo_step", ["municipality_id"], unique=False)
    op.create_index(op.f("ix_undo_step_request_id"), "undo_step", ["request_id"], unique=False)
    op.create_index(op.f("ix_undo_step_trajectory_id"), "undo_step", ["trajectory_id"], unique=False)
    op.create_index(op.f("ix_undo_step_until_at"), "undo_step", ["until_at"], unique=False)
    op.create_table(
        "waiting_place",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("municipality_id", sa.Uuid(), nullable=False),
        sa.Column("request_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("offer_id", sa.Uuid(), nullable=False),
        sa.Column("is_sure", sa.Boolean(), nullable=False),
        sa.Column("joined_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "waiting",
                "asked",
                "placed",
                "passed",
                "left",
                "over",
                name="waitingstatus",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("proposal_id", sa.Uuid(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["municipality.id"], name=op.f("fk_waiting_place_municipality_id_municipality")
        ),
        sa.ForeignKeyConstraint(["offer_id"], ["offer.id"], name=op.f("fk_waiting_place_offer_id_offer")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_waiting_place_person_id_person")),
        sa.ForeignKeyConstraint(["proposal_id"], ["proposal.id"], name=op.f("fk_waiting_place_proposal_id_proposal")),
        sa.ForeignKeyConstraint(
            ["request_id"], ["help_request.id"], name=op.f("fk_waiting_place_request_id_help_request")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_waiting_place")),
    )
    op.create_index(op.f("ix_waiting_place_municipality_id"), "waiting_place", ["municipality_id"], unique=False)
    op.create_index(op.f("ix_waiting_place_person_id"), "waiting_place", ["person_id"], unique=False)
    op.create_index(op.f("ix_waiting_place_proposal_id"), "waiting_place", ["proposal_id"], unique=False)
    op.create_index(op.f("ix_waiting_place_request_id"), "waiting_place", ["request_id"], unique=False)
    op.create_index(op.f("ix_waiting_place_status"), "waiting_place", ["status"], unique=False)
    op.create_index(
        "uq_waiting_place_live",
        "waiting_place",
        ["request_id", "person_id"],
        unique=True,
        sqlite_where=sa.text("status IN ('waiting', 'asked')"),
        postgresql_where=sa.text("status IN ('waiting', 'asked')"),
    )
    op.create_table(
        "appointment",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("municipality_id", sa.Uuid(), nullable=False),
        sa.Column("match_id", sa.Uuid(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("proposed_by_id", sa.Uuid(), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "proposed",
                "agreed",
                "dropped",
                name="appointmentstatus",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("minutes > 0", name=op.f("ck_appointment_minutes")),
        sa.ForeignKeyConstraint(["match_id"], ["match.id"], name=op.f("fk_appointment_match_id_match")),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["municipality.id"], name=op.f("fk_appointment_municipality_id_municipality")
        ),
        sa.ForeignKeyConstraint(["proposed_by_id"], ["person.id"], name=op.f("fk_appointment_proposed_by_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appointment")),
    )
    op.create_index(op.f("ix_appointment_match_id"), "appointment", ["match_id"], unique=False)
    op.create_index(op.f("ix_appointment_municipality_id"), "appointment", ["municipality_id"], unique=False)
    op.create_index(op.f("ix_appointment_starts_at"), "appointment", ["starts_at"], unique=False)
    op.create_index(
        "uq_appointment_standing",
        "appointment",
        ["match_id", "status"],
        unique=True,
        sqlite_where=sa.text("status IN ('proposed', 'agreed')"),
        postgresql_where=sa.text("status IN ('proposed', 'agreed')"),
    )
    op.create_table(
        "buddy_talk",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("municipality_id", sa.Uuid(), nullable=False),
        sa.Column("trajectory_id", sa.Uuid(), nullable=False),
        sa.Column("introduction_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column(
            "side",
            sa.Enum("resident", "buddy", name="buddyside", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("week", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "planned",
                "asked",
                "held",
                "dropped",
                name="talkstatus",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("held_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "channel",
            sa.Enum("web", "telephone", "desk", name="channel", native_enum=False, create_constraint=True, length=32),
            nullable=True,
        ),
        sa.Column("answers", sa.JSON(), nullable=False),
        sa.Column("remark", sa.String(length=500), nullable=False),
        sa.Column("is_worrying", sa.Boolean(), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("(status = 'held') = (held_at IS NOT NULL)", name=op.f("ck_buddy_talk_held")),
        sa.ForeignKeyConstraint(
            ["introduction_id"], ["introduction.id"], name=op.f("fk_buddy_talk_introduction_id_introduction")
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["municipality.id"], name=op.f("fk_buddy_talk_municipality_id_municipality")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_buddy_talk_person_id_person")),
        sa.ForeignKeyConstraint(
            ["trajectory_id"], ["trajectory.id"], name=op.f("fk_buddy_talk_trajectory_id_trajectory")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_buddy_talk")),
        sa.UniqueConstraint("introduction_id", "week", "side", name=op.f("uq_buddy_talk_introduction_id_week_side")),
    )
    op.create_index(op.f("ix_buddy_talk_due_at"), "buddy_talk", ["due_at"], unique=False)
    op.create_index(op.f("ix_buddy_talk_introduction_id"), "buddy_talk", ["introduction_id"], unique=False)
    op.create_index(op.f("ix_buddy_talk_municipality_id"), "buddy_talk", ["municipality_id"], unique=False)
    op.create_index(op.f("ix_buddy_talk_person_id"), "buddy_talk", ["person_id"], unique=False)
    op.create_index(op.f("ix_buddy_talk_status"), "buddy_talk", ["status"], unique=False)
    op.create_index(op.f("ix_buddy_talk_trajectory_id"), "buddy_talk", ["trajectory_id"], unique=False)
    op.create_table(
        "conversation",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("match_id", sa.Uuid(), nullable=True),
        sa.Column("introduction_id", sa.Uuid(), nullable=True),
        sa.Column("municipality_id", sa.Uuid(), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("emptied_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(match_id IS NULL) != (introduction_id IS NULL)", name=op.f("ck_conversation_of_one")),
        sa.ForeignKeyConstraint(
            ["introduction_id"], ["introduction.id"], name=op.f("fk_conversation_introduction_id_introduction")
        ),
        sa.ForeignKeyConstraint(["match_id"], ["match.id"], name=op.f("fk_conversation_match_id_match")),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["municipality.id"], name=op.f("fk_conversation_municipality_id_municipality")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_conversation")),
        sa.UniqueConstraint("introduction_id", name=op.f("uq_conversation_introduction_id")),
        sa.UniqueConstraint("match_id", name=op.f("uq_conversation_match_id")),
    )
    op.create_index(op.f("ix_conversation_municipality_id"), "conversation", ["municipality_id"], unique=False)
    op.create_table(
        "evaluation",
        sa.Column("match_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("municipality_id", sa.Uuid(), nullable=False),
        sa.Column(
            "how",
            sa.Enum("good", "so_so", "bad", name="howitwas", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column(
            "helps_to_manage",
            sa.Enum(
                "good", "so_so", "bad", name="helps_to_manage", native_enum=False, create_constraint=True, length=32
            ),
            nullable=False,
        ),
        sa.Column("would_again", sa.Boolean(), nullable=False),
        sa.Column("remark", sa.String(length=500), nullable=False),
        sa.Column("may_be_told", sa.Boolean(), nullable=False),
        sa.Column(
            "channel",
            sa.Enum("web", "telephone", "desk", name="channel", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["match_id"], ["match.id"], name=op.f("fk_evaluation_match_id_match")),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["municipality.id"], name=op.f("fk_evaluation_municipality_id_municipality")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_evaluation_person_id_person")),
        sa.PrimaryKeyConstraint("match_id", "person_id", name=op.f("pk_evaluation")),
    )
    op.create_index(op.f("ix_evaluation_municipality_id"), "evaluation", ["municipality_id"], unique=False)
    op.create_table(
        "event",
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("municipality_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "request_posted",
                "request_corrected",
                "request_widened",
                "request_changed",
                "request_split",
                "request_merged",
                "request_reopened",
                "request_withdrawn",
                "request_closed",
                "representation_ended",
                "escalated",
                "case_read",
                "case_taken",
                "case_reassigned",
                "case_noted",
                "climbed",
                "relaxation_asked",
                "relaxation_answered",
                "undone",
                "people_merged",
                "merge_undone",
                "approved",
                "contact_logged",
                "proposed",
                "proposal_relayed",
                "applied",
                "declined",
                "lapsed",
                "proposal_withdrawn",
                "yes_waits",
                "chosen",
                "pair_refused",
                "yes_unhonoured",
                "slot_freed",
                "matched",
                "confirmed",
                "objected",
                "cancelled",
                "removed",
                "done",
                "date_proposed",
                "date_agreed",
                "nudged",
                "offered_on",
                "evaluated",
                "hours_logged",
                "plan_published",
                "ride_moved",
                "ride_result",
                "ride_referred",
                "standby_asked",
                "standby_answered",
                "standing_asked",
                "standing_changed",
                "driver_joined",
                "driver_changed",
                "driver_away",
                "driver_left",
                "paper_seen",
                "offer_made",
                "offer_changed",
                "offer_paused",
                "offer_left",
                "garden_day_proposed",
                "garden_day_answered",
                "handed_over",
                "concern_raised",
                "concern_closed",
                "parent_asked",
                "parent_answered",
                "parent_stopped",
                "series_changed",
                "occurrence_changed",
                "series_helper_changed",
                "text_held",
                "text_judged",
                "account_blocked",
                "account_restored",
                "pair_blocked",
                "organisation_founded",
                "organisation_confirmed",
                "organisation_renamed",
                "organisation_ended",
                "member_joined",
                "member_left",
                "waiting_joined",
                "waiting_left",
                "buddy_intake_planned",
                "buddy_intake_held",
                "buddy_meeting_set",
                "buddy_goal_set",
                "buddy_talk_held",
                "buddy_extended",
                "signed_in",
                name="eventkind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "acting_as",
            sa.Enum(
                "resident",
                "volunteer",
                "organisation",
                "staff",
                "engine",
                name="actingas",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("request_id", sa.Uuid(), nullable=True),
        sa.Column("slot_number", sa.Integer(), nullable=True),
        sa.Column("proposal_id", sa.Uuid(), nullable=True),
        sa.Column("match_id", sa.Uuid(), nullable=True),
        sa.Column("ride_id", sa.Uuid(), nullable=True),
        sa.Column("promise_id", sa.Uuid(), nullable=True),
        sa.Column("trajectory_id", sa.Uuid(), nullable=True),
        sa.Column("introduction_id", sa.Uuid(), nullable=True),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["actor_id"], ["person.id"], name=op.f("fk_event_actor_id_person")),
        sa.ForeignKeyConstraint(
            ["introduction_id"], ["introduction.id"], name=op.f("fk_event_introduction_id_introduction")
        ),
        sa.ForeignKeyConstraint(["match_id"], ["match.id"], name=op.f("fk_event_match_id_match")),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["municipality.id"], name=op.f("fk_event_municipality_id_municipality")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_event_person_id_person")),
        sa.ForeignKeyConstraint(["promise_id"], ["ride_promise.id"], name=op.f("fk_event_promise_id_ride_promise")),
        sa.ForeignKeyConstraint(["proposal_id"], ["proposal.id"], name=op.f("fk_event_proposal_id_proposal")),
        sa.ForeignKeyConstraint(["request_id"], ["help_request.id"], name=op.f("fk_event_request_id_help_request")),
        sa.ForeignKeyConstraint(["ride_id"], ["ride.id"], name=op.f("fk_event_ride_id_ride")),
        sa.ForeignKeyConstraint(["trajectory_id"], ["trajectory.id"], name=op.f("fk_event_trajectory_id_trajectory")),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_event")),
    )
    op.create_index(op.f("ix_event_at"), "event", ["at"], unique=False)
    op.create_index(op.f("ix_event_kind"), "event", ["kind"], unique=False)
    op.create_index(op.f("ix_event_match_id"), "event", ["match_id"], unique=False)
    op.create_index(op.f("ix_event_municipality_id"), "event", ["municipality_id"], unique=False)
    op.create_index(op.f("ix_event_person_id"), "event", ["person_id"], unique=False)
    op.create_index(op.f("ix_event_request_id"), "event", ["request_id"], unique=False)
    op.create_index(op.f("ix_event_ride_id"), "event", ["ride_id"], unique=False)
    op.create_index(op.f("ix_event_trajectory_id"), "event", ["trajectory_id"], unique=False)
    op.create_table(
        "garden",
        sa.Column("garden_day_id", sa.Uuid(), nullable=False),
        sa.Column("request_id", sa.Uuid(), nullable=False),
        sa.Column("municipality_id", sa.Uuid(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "waiting",
                "asked",
                "agreed",
                "declined",
                "gone",
                "done",
                "back",
                name="gardenstatus",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("match_id", sa.Uuid(), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["garden_day_id"], ["garden_day.id"], name=op.f("fk_garden_garden_day_id_garden_day")),
        sa.ForeignKeyConstraint(["match_id"], ["match.id"], name=op.f("fk_garden_match_id_match")),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["municipality.id"], name=op.f("fk_garden_municipality_id_municipality")
        ),
        sa.ForeignKeyConstraint(["request_id"], ["help_request.id"], name=op.f("fk_garden_request_id_help_request")),
        sa.PrimaryKeyConstraint("garden_day_id", "request_id", name=op.f("pk_garden")),
    )
    op.create_index(op.f("ix_garden_municipality_id"), "garden", ["municipality_id"], unique=False)
    op.create_index(op.f("ix_garden_status"), "garden", ["status"], unique=False)
    op.create_index(
        "uq_garden_in_hand",
        "garden",
        ["request_id"],
        unique=True,
        sqlite_where=sa.text("status IN ('waiting', 'asked', 'agreed')"),
        postgresql_where=sa.text("status IN ('waiting', 'asked', 'agreed')"),
    )
    op.create_table(
        "hours",
        sa.Column("match_id", sa.Uuid(), nullable=False),
        sa.Column("municipality_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("logged_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("confirmed_by_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["confirmed_by_id"], ["person.id"], name=op.f("fk_hours_confirmed_by_id_person")),
        sa.ForeignKeyConstraint(["match_id"], ["match.id"], name=op.f("fk_hours_match_id_match")),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["municipality.id"], name=op.f("fk_hours_municipality_id_municipality")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_hours_person_id_person")),
        sa.PrimaryKeyConstraint("match_id", name=op.f("pk_hours")),
    )
    op.create_index(op.f("ix_hours_municipality_id"), "hours", ["municipality_id"], unique=False)
    op.create_index(op.f("ix_hours_person_id"), "hours", ["person_id"], unique=False)
    op.create_table(
        "invitation",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("municipality_id", sa.Uuid(), nullable=False),
        sa.Column("match_id", sa.Uuid(), nullable=False),
        sa.Column("invited_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("is_yes", sa.Boolean(), nullable=True),
        sa.ForeignKeyConstraint(["match_id"], ["match.id"], name=op.f("fk_invitation_match_id_match")),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["municipality.id"], name=op.f("fk_invitation_municipality_id_municipality")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_invitation_person_id_person")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_invitation")),
    )
    op.create_index(op.f("ix_invitation_municipality_id"), "invitation", ["municipality_id"], unique=False)
    op.create_table(
        "occurrence",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("municipality_id", sa.Uuid(), nullable=False),
        sa.Column("series_id", sa.Uuid(), nullable=False),
        sa.Column("original_on", sa.Date(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "planned",
                "skipped",
                "held",
                "missed",
                "nobody",
                "dropped",
                name="occurrencestatus",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("match_id", sa.Uuid(), nullable=True),
        sa.Column("is_by_turn", sa.Boolean(), nullable=False),
        sa.Column("moved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("moved_by_id", sa.Uuid(), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("minutes > 0", name=op.f("ck_occurrence_minutes")),
        sa.ForeignKeyConstraint(["match_id"], ["match.id"], name=op.f("fk_occurrence_match_id_match")),
        sa.ForeignKeyConstraint(["moved_by_id"], ["person.id"], name=op.f("fk_occurrence_moved_by_id_person")),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["municipality.id"], name=op.f("fk_occurrence_municipality_id_municipality")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_occurrence_person_id_person")),
        sa.ForeignKeyConstraint(["series_id"], ["series.id"], name=op.f("fk_occurrence_series_id_series")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_occurrence")),
        sa.UniqueConstraint("series_id", "original_on", name=op.f("uq_occurrence_series_id_original_on")),
    )
    op.create_index(op.f("ix_occurrence_match_id"), "occurrence", ["match_id"], unique=False)
    op.create_index(op.f("ix_occurrence_municipality_id"), "occurrence", ["municipality_id"], unique=False)
    op.create_index(op.f("ix_occurrence_person_id"), "occurrence", ["person_id"], unique=False)
    op.create_index(op.f("ix_occurrence_series_id"), "occurrence", ["series_id"], unique=False)
    op.create_index(op.f("ix_occurrence_starts_at"), "occurrence", ["starts_at"], unique=False)
    op.create_index(op.f("ix_occurrence_status"), "occurrence", ["status"], unique=False)
    op.create_table(
        "series_helper",
        sa.Column("match_id", sa.Uuid(), nullable=False),
        sa.Column("municipality_id", sa.Uuid(), nullable=False),
        sa.Column("series_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("max_per_month", sa.Integer(), nullable=True),
        sa.Column("leaves_on", sa.Date(), nullable=True),
        sa.Column("joined_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("max_per_month IS NULL OR max_per_month > 0", name=op.f("ck_series_helper_amount")),
        sa.ForeignKeyConstraint(["match_id"], ["match.id"], name=op.f("fk_series_helper_match_id_match")),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["municipality.id"], name=op.f("fk_series_helper_municipality_id_municipality")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_series_helper_person_id_person")),
        sa.ForeignKeyConstraint(["series_id"], ["series.id"], name=op.f("fk_series_helper_series_id_series")),
        sa.PrimaryKeyConstraint("match_id", name=op.f("pk_series_helper")),
    )
    op.create_index(op.f("ix_series_helper_municipality_id"), "series_helper", ["municipality_id"], unique=False)
    op.create_index(op.f("ix_series_helper_person_id"), "series_helper", ["person_id"], unique=False)
    op.create_index(op.f("ix_series_helper_series_id"), "series_helper", ["series_id"], unique=False)
    op.create_table(
        "conversation_read",
        sa.Column("conversation_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversation.id"], name=op.f("fk_conversation_read_conversation_id_conversation")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_conversation_read_person_id_person")),
        sa.PrimaryKeyConstraint("conversation_id", "person_id", name=op.f("pk_conversation_read")),
    )
    op.create_table(
        "message",
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("conversation_id", sa.Uuid(), nullable=False),
        sa.Column("municipality_id", sa.Uuid(), nullable=False),
        sa.Column("sender_id", sa.Uuid(), nullable=True),
        sa.Column("typed_by_id", sa.Uuid(), nullable=True),
        sa.Column("is_of_volunteer", sa.Boolean(), nullable=False),
        sa.Column("text", sa.String(length=500), nullable=False),
        sa.Column("token", sa.String(length=36), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("hidden_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversation.id"], name=op.f("fk_message_conversation_id_conversation")
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["municipality.id"], name=op.f("fk_message_municipality_id_municipality")
        ),
        sa.ForeignKeyConstraint(["sender_id"], ["person.id"], name=op.f("fk_message_sender_id_person")),
        sa.ForeignKeyConstraint(["typed_by_id"], ["person.id"], name=op.f("fk_message_typed_by_id_person")),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_message")),
        sa.UniqueConstraint(
            "conversation_id", "sender_id", "token", name=op.f("uq_message_conversation_id_sender_id_token")
        ),
        sa.UniqueConstraint("id", name=op.f("uq_message_id")),
    )
    op.create_index(op.f("ix_message_conversation_id"), "message", ["conversation_id"], unique=False)
    op.create_index(op.f("ix_message_municipality_id"), "message", ["municipality_id"], unique=False)
    op.create_index(op.f("ix_message_sender_id"), "message", ["sender_id"], unique=False)
    op.create_table(
        "occurrence_refusal",
        sa.Column("occurrence_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("municipality_id", sa.Uuid(), nullable=False),
        sa.Column("refused_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["municipality.id"], name=op.f("fk_occurrence_refusal_municipality_id_municipality")
        ),
        sa.ForeignKeyConstraint(
            ["occurrence_id"], ["occurrence.id"], name=op.f("fk_occurrence_refusal_occurrence_id_occurrence")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_occurrence_refusal_person_id_person")),
        sa.PrimaryKeyConstraint("occurrence_id", "person_id", name=op.f("pk_occurrence_refusal")),
    )
    op.create_index(
        op.f("ix_occurrence_refusal_municipality_id"), "occurrence_refusal", ["municipality_id"], unique=False
    )
    op.create_table(
        "report",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("municipality_id", sa.Uuid(), nullable=False),
        sa.Column(
            "about",
            sa.Enum(
                "request",
                "offer",
                "message",
                "person",
                name="reportabout",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("request_id", sa.Uuid(), nullable=True),
        sa.Column("offer_id", sa.Uuid(), nullable=True),
        sa.Column("message_id", sa.Uuid(), nullable=True),
        sa.Column("match_id", sa.Uuid(), nullable=True),
        sa.Column("introduction_id", sa.Uuid(), nullable=True),
        sa.Column("reporter_id", sa.Uuid(), nullable=True),
        sa.Column(
            "kind",
            sa.Enum(
                "unkind",
                "money",
                "unsafe",
                "advertising",
                "private",
                "other",
                name="reportkind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("words", sa.String(length=500), nullable=False),
        sa.Column("signs", sa.JSON(), nullable=False),
        sa.Column("occasion", sa.String(length=120), nullable=False),
        sa.Column("is_held", sa.Boolean(), nullable=False),
        sa.Column("reported_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "open", "to_change", "closed", name="reportstatus", native_enum=False, create_constraint=True, length=32
            ),
            nullable=False,
        ),
        sa.Column("owner_id", sa.Uuid(), nullable=True),
        sa.Column("next_moment_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "outcome",
            sa.Enum(
                "fine",
                "changed",
                "hidden",
                "warned",
                "blocked",
                "gone",
                name="reportoutcome",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("told", sa.String(length=500), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("(status = 'closed') = (ended_at IS NOT NULL)", name=op.f("ck_report_ended")),
        sa.CheckConstraint("(status = 'closed') = (outcome IS NOT NULL)", name=op.f("ck_report_outcome")),
        sa.ForeignKeyConstraint(
            ["introduction_id"], ["introduction.id"], name=op.f("fk_report_introduction_id_introduction")
        ),
        sa.ForeignKeyConstraint(["match_id"], ["match.id"], name=op.f("fk_report_match_id_match")),
        sa.ForeignKeyConstraint(["message_id"], ["message.id"], name=op.f("fk_report_message_id_message")),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["municipality.id"], name=op.f("fk_report_municipality_id_municipality")
        ),
        sa.ForeignKeyConstraint(["offer_id"], ["offer.id"], name=op.f("fk_report_offer_id_offer")),
        sa.ForeignKeyConstraint(["owner_id"], ["person.id"], name=op.f("fk_report_owner_id_person")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_report_person_id_person")),
        sa.ForeignKeyConstraint(["reporter_id"], ["person.id"], name=op.f("fk_report_reporter_id_person")),
        sa.ForeignKeyConstraint(["request_id"], ["help_request.id"], name=op.f("fk_report_request_id_help_request")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report")),
    )
    op.create_index(op.f("ix_report_message_id"), "report", ["message_id"], unique=False)
    op.create_index(op.f("ix_report_municipality_id"), "report", ["municipality_id"], unique=False)
    op.create_index(op.f("ix_report_next_moment_at"), "report", ["next_moment_at"], unique=False)
    op.create_index(op.f("ix_report_offer_id"), "report", ["offer_id"], unique=False)
    op.create_index(op.f("ix_report_owner_id"), "report", ["owner_id"], unique=False)
    op.create_index(op.f("ix_report_person_id"), "report", ["person_id"], unique=False)
    op.create_index(op.f("ix_report_reported_at"), "report", ["reported_at"], unique=False)
    op.create_index(op.f("ix_report_reporter_id"), "report", ["reporter_id"], unique=False)
    op.create_index(op.f("ix_report_request_id"), "report", ["request_id"], unique=False)
    op.create_index(op.f("ix_report_status"), "report", ["status"], unique=False)
    op.create_index(
        "uq_report_occasion",
        "report",
        ["occasion"],
        unique=True,
        sqlite_where=sa.text("status != 'closed'"),
        postgresql_where=sa.text("status != 'closed'"),
    )
    op.create_table(
        "suspension",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("municipality_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("report_id", sa.Uuid(), nullable=True),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "active",
                "appealed",
                "upheld",
                "lifted",
                name="suspensionstatus",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("appeal", sa.String(length=1000), nullable=False),
        sa.Column("appealed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("owner_id", sa.Uuid(), nullable=True),
        sa.Column("decide_by", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by_id", sa.Uuid(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answer", sa.String(length=500), nullable=False),
        sa.Column("set_aside", sa.JSON(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "status != 'appealed' OR (owner_id IS NOT NULL AND decide_by IS NOT NULL)",
            name=op.f("ck_suspension_appeal"),
        ),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_suspension_by_id_person")),
        sa.ForeignKeyConstraint(["decided_by_id"], ["person.id"], name=op.f("fk_suspension_decided_by_id_person")),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["municipality.id"], name=op.f("fk_suspension_municipality_id_municipality")
        ),
        sa.ForeignKeyConstraint(["owner_id"], ["person.id"], name=op.f("fk_suspension_owner_id_person")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_suspension_person_id_person")),
        sa.ForeignKeyConstraint(["report_id"], ["report.id"], name=op.f("fk_suspension_report_id_report")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suspension")),
    )
    op.create_index(op.f("ix_suspension_municipality_id"), "suspension", ["municipality_id"], unique=False)
    op.create_index(op.f("ix_suspension_owner_id"), "suspension", ["owner_id"], unique=False)
    op.create_index(op.f("ix_suspension_person_id"), "suspension", ["person_id"], unique=False)
    op.create_index(op.f("ix_suspension_status"), "suspension", ["status"], unique=False)
    op.create_index(
        "uq_suspension_person",
        "suspension",
        ["person_id"],
        unique=True,
        sqlite_where=sa.text("status != 'lifted'"),
        postgresql_where=sa.text("status != 'lifted'"),
    )
    op.create_table(
        "moderation_step",
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("report_id", sa.Uuid(), nullable=True),
        sa.Column("suspension_id", sa.Uuid(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column(
            "kind",
            sa.Enum(
                "reported",
                "passed",
                "looked",
                "noted",
                "fine",
                "asked_change",
                "changed",
                "hidden",
                "warned",
                "blocked",
                "appealed",
                "upheld",
                "lifted",
                "gone",
                name="moderationstepkind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("text", sa.String(length=1000), nullable=False),
        sa.ForeignKeyConstraint(["actor_id"], ["person.id"], name=op.f("fk_moderation_step_actor_id_person")),
        sa.ForeignKeyConstraint(["report_id"], ["report.id"], name=op.f("fk_moderation_step_report_id_report")),
        sa.ForeignKeyConstraint(
            ["suspension_id"], ["suspension.id"], name=op.f("fk_moderation_step_suspension_id_suspension")
        ),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_moderation_step")),
    )
    op.create_index(op.f("ix_moderation_step_report_id"), "moderation_step", ["report_id"], unique=False)
    op.create_index(op.f("ix_moderation_step_suspension_id"), "moderation_step", ["suspension_id"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_moderation_step_suspension_id"), table_name="moderation_step")
    op.drop_index(op.f("ix_moderation_step_report_id"), table_name="moderation_step")
    op.drop_table("moderation_step")
    op.drop_index(
        "uq_suspension_person",
        table_name="suspension",
        sqlite_where=sa.text("status != 'lifted'"),
        postgresql_where=sa.text("status != 'lifted'"),
    )
    op.drop_index(op.f("ix_suspension_status"), table_name="suspension")
    op.drop_index(op.f("ix_suspension_person_id"), table_name="suspension")
    op.drop_index(op.f("ix_suspension_owner_id"), table_name="suspension")
    op.drop_index(op.f("ix_suspension_municipality_id"), table_name="suspension")
    op.drop_table("suspension")
    op.drop_index(
        "uq_report_occasion",
        table_name="report",
        sqlite_where=sa.text("status != 'closed'"),
        postgresql_where=sa.text("status != 'closed'"),
    )
    op.drop_index(op.f("ix_report_status"), table_name="report")
    op.drop_index(op.f("ix_report_request_id"), table_name="report")
    op.drop_index(op.f("ix_report_reporter_id"), table_name="report")
    op.drop_index(op.f("ix_report_reported_at"), table_name="report")
    op.drop_index(op.f("ix_report_person_id"), table_name="report")
    op.drop_index(op.f("ix_report_owner_id"), table_name="report")
    op.drop_index(op.f("ix_report_offer_id"), table_name="report")
    op.drop_index(op.f("ix_report_next_moment_at"), table_name="report")
    op.drop_index(op.f("ix_report_municipality_id"), table_name="report")
    op.drop_index(op.f("ix_report_message_id"), table_name="report")
    op.drop_table("report")
    op.drop_index(op.f("ix_occurrence_refusal_municipality_id"), table_name="occurrence_refusal")
    op.drop_table("occurrence_refusal")
    op.drop_index(op.f("ix_message_sender_id"), table_name="message")
    op.drop_index(op.f("ix_message_municipality_id"), table_name="message")
    op.drop_index(op.f("ix_message_conversation_id"), table_name="message")
    op.drop_table("message")
    op.drop_table("conversation_read")
    op.drop_index(op.f("ix_series_helper_series_id"), table_name="series_helper")
    op.drop_index(op.f("ix_series_helper_person_id"), table_name="series_helper")
    op.drop_index(op.f("ix_series_helper_municipality_id"), table_name="series_helper")
    op.drop_table("series_helper")
    op.drop_index(op.f("ix_occurrence_status"), table_name="occurrence")
    op.drop_index(op.f("ix_occurrence_starts_at"), table_name="occurrence")
    op.drop_index(op.f("ix_occurrence_series_id"), table_name="occurrence")
    op.drop_index(op.f("ix_occurrence_person_id"), table_name="occurrence")
    op.drop_index(op.f("ix_occurrence_municipality_id"), table_name="occurrence")
    op.drop_index(op.f("ix_occurrence_match_id"), table_name="occurrence")
    op.drop_table("occurrence")
    op.drop_index(op.f("ix_invitation_municipality_id"), table_name="invitation")
    op.drop_table("invitation")
    op.drop_index(op.f("ix_hours_person_id"), table_name="hours")
    op.drop_index(op.f("ix_hours_municipality_id"), table_name="hours")
    op.drop_table("hours")
    op.drop_index(
        "uq_garden_in_hand",
        table_name="garden",
        sqlite_where=sa.text("status IN ('waiting', 'asked', 'agreed')"),
        postgresql_where=sa.text("status IN ('waiting', 'asked', 'agreed')"),
    )
    op.drop_index(op.f("ix_garden_status"), table_name="garden")
    op.drop_index(op.f("ix_garden_municipality_id"), table_name="garden")
    op.drop_table("garden")
    op.drop_index(op.f("ix_event_trajectory_id"), table_name="event")
    op.drop_index(op.f("ix_event_ride_id"), table_name="event")
    op.drop_index(op.f("ix_event_request_id"), table_name="event")
    op.drop_index(op.f("ix_event_person_id"), table_name="event")
    op.drop_index(op.f("ix_event_municipality_id"), table_name="event")
    op.drop_index(op.f("ix_event_match_id"), table_name="event")
    op.drop_index(op.f("ix_event_kind"), table_name="event")
    op.drop_index(op.f("ix_event_at"), table_name="event")
    op.drop_table("event")
    op.drop_index(op.f("ix_evaluation_municipality_id"), table_name="evaluation")
    op.drop_table("evaluation")
    op.drop_index(op.f("ix_conversation_municipality_id"), table_name="conversation")
    op.drop_table("conversation")
    op.drop_index(op.f("ix_buddy_talk_trajectory_id"), table_name="buddy_talk")
    op.drop_index(op.f("ix_buddy_talk_status"), table_name="buddy_talk")
    op.drop_index(op.f("ix_buddy_talk_person_id"), table_name="buddy_talk")
    op.drop_index(op.f("ix_buddy_talk_municipality_id"), table_name="buddy_talk")
    op.drop_index(op.f("ix_buddy_talk_introduction_id"), table_name="buddy_talk")
    op.drop_index(op.f("ix_buddy_talk_due_at"), table_name="buddy_talk")
    op.drop_table("buddy_talk")
    op.drop_index(
        "uq_appointment_standing",
        table_name="appointment",
        sqlite_where=sa.text("status IN ('proposed', 'agreed')"),
        postgresql_where=sa.text("status IN ('proposed', 'agreed')"),
    )
    op.drop_index(op.f("ix_appointment_starts_at"), table_name="appointment")
    op.drop_index(op.f("ix_appointment_municipality_id"), table_name="appointment")
    op.drop_index(op.f("ix_appointment_match_id"), table_name="appointment")
    op.drop_table("appointment")
    op.drop_index(
        "uq_waiting_place_live",
        table_name="waiting_place",
        sqlite_where=sa.text("status IN ('waiting', 'asked')"),
        postgresql_where=sa.text("status IN ('waiting', 'asked')"),
    )
    op.drop_index(op.f("ix_waiting_place_status"), table_name="waiting_place")
    op.drop_index(op.f("ix_waiting_place_request_id"), table_name="waiting_place")
    op.drop_index(op.f("ix_waiting_place_proposal_id"), table_name="waiting_place")
    op.drop_index(op.f("ix_waiting_place_person_id"), table_name="waiting_place")
    op.drop_index(op.f("ix_waiting_place_municipality_id"), table_name="waiting_place")
    op.drop_table("waiting_place")
    op.drop_index(op.f("ix_undo_step_until_at"), table_name="undo_step")
    op.drop_index(op.f("ix_undo_step_trajectory_id"), table_name="undo_step")
    op.drop_index(op.f("ix_undo_step_request_id"), table_name="undo_step")
    op.drop_index(op.f("ix_undo_step_municipality_id"), table_name="undo_step")
    op.drop_index(op.f("ix_undo_step_actor_id"), table_name="undo_step")
    op.drop_table("undo_step")
    op.drop_index(op.f("ix_series_word_series_id"), table_name="series_word")
    op.drop_index(op.f("ix_series_word_person_id"), table_name="series_word")
    op.drop_index(op.f("ix_series_word_municipality_id"), table_name="series_word")
    op.drop_table("series_word")
    op.drop_index(
        "uq_pair_approval_live",
        table_name="pair_approval",
        sqlite_where=sa.text("status IN ('asked', 'approved')"),
        postgresql_where=sa.text("status IN ('asked', 'approved')"),
    )
    op.drop_index(op.f("ix_pair_approval_status"), table_name="pair_approval")
    op.drop_index(op.f("ix_pair_approval_request_id"), table_name="pair_approval")
    op.drop_index(op.f("ix_pair_approval_person_id"), table_name="pair_approval")
    op.drop_index(op.f("ix_pair_approval_owner_id"), table_name="pair_approval")
    op.drop_index(op.f("ix_pair_approval_municipality_id"), table_name="pair_approval")
    op.drop_table("pair_approval")
    op.drop_index(
        "uq_match_standing_slot",
        table_name="match",
        sqlite_where=sa.text("status IN ('agreed', 'confirmed', 'done')"),
        postgresql_where=sa.text("status IN ('agreed', 'confirmed', 'done')"),
    )
    op.drop_index(
        "uq_match_standing_pair",
        table_name="match",
        sqlite_where=sa.text("status IN ('agreed', 'confirmed', 'done')"),
        postgresql_where=sa.text("status IN ('agreed', 'confirmed', 'done')"),
    )
    op.drop_index(
        "uq_match_of_proposal",
        table_name="match",
        sqlite_where=sa.text("status != 'undone'"),
        postgresql_where=sa.text("status != 'undone'"),
    )
    op.drop_index(op.f("ix_match_volunteer_municipality_id"), table_name="match")
    op.drop_index(op.f("ix_match_status"), table_name="match")
    op.drop_index(op.f("ix_match_request_id"), table_name="match")
    op.drop_index(op.f("ix_match_person_id"), table_name="match")
    op.drop_index("ix_match_offer", table_name="match")
    op.drop_index(op.f("ix_match_objection_until"), table_name="match")
    op.drop_index(op.f("ix_match_municipality_id"), table_name="match")
    op.drop_index(op.f("ix_match_made_at"), table_name="match")
    op.drop_table("match")
    op.drop_index(
        "uq_introduction_live",
        table_name="introduction",
        sqlite_where=sa.text("status IN ('asked', 'offered', 'meeting', 'agreeing', 'running')"),
        postgresql_where=sa.text("status IN ('asked', 'offered', 'meeting', 'agreeing', 'running')"),
    )
    op.drop_index(
        "uq_introduction_buddy",
        table_name="introduction",
        sqlite_where=sa.text("status IN ('asked', 'offered', 'meeting', 'agreeing', 'running')"),
        postgresql_where=sa.text("status IN ('asked', 'offered', 'meeting', 'agreeing', 'running')"),
    )
    op.drop_index(op.f("ix_introduction_trajectory_id"), table_name="introduction")
    op.drop_index(op.f("ix_introduction_status"), table_name="introduction")
    op.drop_index(op.f("ix_introduction_person_id"), table_name="introduction")
    op.drop_index(op.f("ix_introduction_offer_id"), table_name="introduction")
    op.drop_index(op.f("ix_introduction_municipality_id"), table_name="introduction")
    op.drop_index(op.f("ix_introduction_answer_by"), table_name="introduction")
    op.drop_table("introduction")
    op.drop_index(op.f("ix_trajectory_status"), table_name="trajectory")
    op.drop_index(op.f("ix_trajectory_skill_code"), table_name="trajectory")
    op.drop_index(op.f("ix_trajectory_resident_id"), table_name="trajectory")
    op.drop_index(op.f("ix_trajectory_representative_id"), table_name="trajectory")
    op.drop_index(op.f("ix_trajectory_owner_id"), table_name="trajectory")
    op.drop_index(op.f("ix_trajectory_next_moment_at"), table_name="trajectory")
    op.drop_index(op.f("ix_trajectory_municipality_id"), table_name="trajectory")
    op.drop_index(op.f("ix_trajectory_asked_at"), table_name="trajectory")
    op.drop_table("trajectory")
    op.drop_index(op.f("ix_slot_status"), table_name="slot")
    op.drop_index("ix_slot_municipality_id_status", table_name="slot")
    op.drop_table("slot")
    op.drop_index(op.f("ix_series_next_moment_at"), table_name="series")
    op.drop_index(op.f("ix_series_municipality_id"), table_name="series")
    op.drop_table("series")
    op.drop_index(op.f("ix_ride_cost_ride_id"), table_name="ride_cost")
    op.drop_index(op.f("ix_ride_cost_passenger_id"), table_name="ride_cost")
    op.drop_index(op.f("ix_ride_cost_municipality_id"), table_name="ride_cost")
    op.drop_index(op.f("ix_ride_cost_driver_id"), table_name="ride_cost")
    op.drop_index(op.f("ix_ride_cost_driver_day_id"), table_name="ride_cost")
    op.drop_index(op.f("ix_ride_cost_day"), table_name="ride_cost")
    op.drop_table("ride_cost")
    op.drop_table("request_window")
    op.drop_table("request_weekly")
    op.drop_index(
        "uq_relaxation_question_open",
        table_name="relaxation_question",
        sqlite_where=sa.text("answered_at IS NULL"),
        postgresql_where=sa.text("answered_at IS NULL"),
    )
    op.drop_index(op.f("ix_relaxation_question_request_id"), table_name="relaxation_question")
    op.drop_index(op.f("ix_relaxation_question_municipality_id"), table_name="relaxation_question")
    op.drop_table("relaxation_question")
    op.drop_index(
        "uq_proposal_live_pair",
        table_name="proposal",
        sqlite_where=sa.text("status IN ('open', 'waiting')"),
        postgresql_where=sa.text("status IN ('open', 'waiting')"),
    )
    op.drop_index(op.f("ix_proposal_volunteer_municipality_id"), table_name="proposal")
    op.drop_index(op.f("ix_proposal_status"), table_name="proposal")
    op.drop_index(op.f("ix_proposal_request_id"), table_name="proposal")
    op.drop_index(op.f("ix_proposal_proposed_at"), table_name="proposal")
    op.drop_index(op.f("ix_proposal_person_id"), table_name="proposal")
    op.drop_index("ix_proposal_offer", table_name="proposal")
    op.drop_index(op.f("ix_proposal_municipality_id"), table_name="proposal")
    op.drop_index(op.f("ix_proposal_expires_at"), table_name="proposal")
    op.drop_table("proposal")
    op.drop_table("passed_case")
    op.drop_index(
        "uq_hand_over_live",
        table_name="hand_over",
        sqlite_where=sa.text("status IN ('asked', 'sent')"),
        postgresql_where=sa.text("status IN ('asked', 'sent')"),
    )
    op.drop_index(op.f("ix_hand_over_status"), table_name="hand_over")
    op.drop_index(op.f("ix_hand_over_request_id"), table_name="hand_over")
    op.drop_index(op.f("ix_hand_over_owner_id"), table_name="hand_over")
    op.drop_index(op.f("ix_hand_over_municipality_id"), table_name="hand_over")
    op.drop_index(op.f("ix_hand_over_due_at"), table_name="hand_over")
    op.drop_table("hand_over")
    op.drop_index(op.f("ix_file_look_staff_id"), table_name="file_look")
    op.drop_index(op.f("ix_file_look_person_id"), table_name="file_look")
    op.drop_index(op.f("ix_file_look_municipality_id"), table_name="file_look")
    op.drop_index(op.f("ix_file_look_at"), table_name="file_look")
    op.drop_table("file_look")
    op.drop_index(
        "ix_due_row_pending",
        table_name="due_row",
        sqlite_where=sa.text("done_at IS NULL"),
        postgresql_where=sa.text("done_at IS NULL"),
    )
    op.drop_index(op.f("ix_due_row_municipality_id"), table_name="due_row")
    op.drop_table("due_row")
    op.drop_index(op.f("ix_activity_link_municipality_id"), table_name="activity_link")
    op.drop_index(op.f("ix_activity_link_activity_id"), table_name="activity_link")
    op.drop_table("activity_link")
    op.drop_index(op.f("ix_vacancy_answer_person_id"), table_name="vacancy_answer")
    op.drop_table("vacancy_answer")
    op.drop_index(op.f("ix_standby_ask_ride_id"), table_name="standby_ask")
    op.drop_index(op.f("ix_standby_ask_person_id"), table_name="standby_ask")
    op.drop_index(op.f("ix_standby_ask_municipality_id"), table_name="standby_ask")
    op.drop_index(op.f("ix_standby_ask_driver_id"), table_name="standby_ask")
    op.drop_index(op.f("ix_standby_ask_answer_by"), table_name="standby_ask")
    op.drop_table("standby_ask")
    op.drop_index(
        "uq_ride_promise_standing",
        table_name="ride_promise",
        sqlite_where=sa.text("status IN ('proposed', 'accepted', 'done')"),
        postgresql_where=sa.text("status IN ('proposed', 'accepted', 'done')"),
    )
    op.drop_index(op.f("ix_ride_promise_status"), table_name="ride_promise")
    op.drop_index(op.f("ix_ride_promise_ride_id"), table_name="ride_promise")
    op.drop_index(op.f("ix_ride_promise_person_id"), table_name="ride_promise")
    op.drop_index(op.f("ix_ride_promise_municipality_id"), table_name="ride_promise")
    op.drop_index(op.f("ix_ride_promise_driver_id"), table_name="ride_promise")
    op.drop_index(op.f("ix_ride_promise_driver_day_id"), table_name="ride_promise")
    op.drop_index(op.f("ix_ride_promise_answer_by"), table_name="ride_promise")
    op.drop_table("ride_promise")
    op.drop_index(op.f("ix_ride_move_ride_id"), table_name="ride_move")
    op.drop_index(op.f("ix_ride_move_municipality_id"), table_name="ride_move")
    op.drop_table("ride_move")
    op.drop_index(op.f("ix_help_request_vacancy_id"), table_name="help_request")
    op.drop_index(op.f("ix_help_request_skill_code"), table_name="help_request")
    op.drop_index(op.f("ix_help_request_rung"), table_name="help_request")
    op.drop_index(op.f("ix_help_request_requester_id"), table_name="help_request")
    op.drop_index(op.f("ix_help_request_representative_id"), table_name="help_request")
    op.drop_index(op.f("ix_help_request_posted_at"), table_name="help_request")
    op.drop_index(op.f("ix_help_request_owner_id"), table_name="help_request")
    op.drop_index(op.f("ix_help_request_organisation_id"), table_name="help_request")
    op.drop_index(op.f("ix_help_request_occurrence_id"), table_name="help_request")
    op.drop_index(op.f("ix_help_request_next_moment_at"), table_name="help_request")
    op.drop_index(op.f("ix_help_request_municipality_id"), table_name="help_request")
    op.drop_table("help_request")
    op.drop_index(op.f("ix_group_activity_place_person_id"), table_name="group_activity_place")
    op.drop_table("group_activity_place")
    op.drop_index(op.f("ix_driver_minute_driver_day_id"), table_name="driver_minute")
    op.drop_table("driver_minute")
    op.drop_table("activity_time")
    op.drop_table("activity_date")
    op.drop_index(op.f("ix_vacancy_organisation_id"), table_name="vacancy")
    op.drop_index(op.f("ix_vacancy_municipality_id"), table_name="vacancy")
    op.drop_table("vacancy")
    op.drop_table("standing_ride_change")
    op.drop_index(op.f("ix_sign_in_link_email"), table_name="sign_in_link")
    op.drop_table("sign_in_link")
    op.drop_index(op.f("ix_service_hours_person_id"), table_name="service_hours")
    op.drop_index(op.f("ix_service_hours_period_id"), table_name="service_hours")
    op.drop_index(op.f("ix_service_hours_municipality_id"), table_name="service_hours")
    op.drop_table("service_hours")
    op.drop_index(op.f("ix_service_certificate_person_id"), table_name="service_certificate")
    op.drop_index(op.f("ix_service_certificate_period_id"), table_name="service_certificate")
    op.drop_index(op.f("ix_service_certificate_municipality_id"), table_name="service_certificate")
    op.drop_table("service_certificate")
    op.drop_index(op.f("ix_ride_status"), table_name="ride")
    op.drop_index(op.f("ix_ride_standing_id"), table_name="ride")
    op.drop_index(op.f("ix_ride_representative_id"), table_name="ride")
    op.drop_index(op.f("ix_ride_passenger_id"), table_name="ride")
    op.drop_index(op.f("ix_ride_owner_id"), table_name="ride")
    op.drop_index("ix_ride_of_a_day", table_name="ride")
    op.drop_index(op.f("ix_ride_next_moment_at"), table_name="ride")
    op.drop_index(op.f("ix_ride_municipality_id"), table_name="ride")
    op.drop_table("ride")
    op.drop_index(op.f("ix_organisation_member_person_id"), table_name="organisation_member")
    op.drop_table("organisation_member")
    op.drop_index(op.f("ix_organisation_invitation_organisation_id"), table_name="organisation_invitation")
    op.drop_index(op.f("ix_organisation_invitation_municipality_id"), table_name="organisation_invitation")
    op.drop_index(op.f("ix_organisation_invitation_email"), table_name="organisation_invitation")
    op.drop_table("organisation_invitation")
    op.drop_index(
        "ix_offer_skill_rested",
        table_name="offer_skill",
        sqlite_where=sa.text("rested_at IS NOT NULL"),
        postgresql_where=sa.text("rested_at IS NOT NULL"),
    )
    op.drop_table("offer_skill")
    op.drop_table("offer_availability")
    op.drop_index(op.f("ix_group_activity_starts_at"), table_name="group_activity")
    op.drop_index(op.f("ix_group_activity_organisation_id"), table_name="group_activity")
    op.drop_index(op.f("ix_group_activity_municipality_id"), table_name="group_activity")
    op.drop_table("group_activity")
    op.drop_index(op.f("ix_garden_day_status"), table_name="garden_day")
    op.drop_index(op.f("ix_garden_day_starts_at"), table_name="garden_day")
    op.drop_index(op.f("ix_garden_day_owner_id"), table_name="garden_day")
    op.drop_index(op.f("ix_garden_day_organisation_id"), table_name="garden_day")
    op.drop_index(op.f("ix_garden_day_municipality_id"), table_name="garden_day")
    op.drop_index(op.f("ix_garden_day_leader_id"), table_name="garden_day")
    op.drop_table("garden_day")
    op.drop_table("driver_hours")
    op.drop_table("driver_day_hours")
    op.drop_index(op.f("ix_driver_day_plan_id"), table_name="driver_day")
    op.drop_index(op.f("ix_driver_day_person_id"), table_name="driver_day")
    op.drop_index(op.f("ix_driver_day_municipality_id"), table_name="driver_day")
    op.drop_index(op.f("ix_driver_day_driver_id"), table_name="driver_day")
    op.drop_index(op.f("ix_driver_day_day"), table_name="driver_day")
    op.drop_table("driver_day")
    op.drop_index(op.f("ix_driver_away_driver_id"), table_name="driver_away")
    op.drop_table("driver_away")
    op.drop_index(op.f("ix_concern_step_concern_id"), table_name="concern_step")
    op.drop_table("concern_step")
    op.drop_index(op.f("ix_activity_place_id"), table_name="activity")
    op.drop_index(op.f("ix_activity_municipality_id"), table_name="activity")
    op.drop_table("activity")
    op.drop_index(op.f("ix_work_hold_owner_id"), table_name="work_hold")
    op.drop_index(op.f("ix_work_hold_municipality_id"), table_name="work_hold")
    op.drop_table("work_hold")
    op.drop_index(
        "uq_task_alert_waiting",
        table_name="task_alert",
        sqlite_where=sa.text("told_at IS NULL"),
        postgresql_where=sa.text("told_at IS NULL"),
    )
    op.drop_index(op.f("ix_task_alert_until_at"), table_name="task_alert")
    op.drop_index(op.f("ix_task_alert_municipality_id"), table_name="task_alert")
    op.drop_table("task_alert")
    op.drop_index(op.f("ix_standing_ride_representative_id"), table_name="standing_ride")
    op.drop_index(op.f("ix_standing_ride_passenger_id"), table_name="standing_ride")
    op.drop_index(op.f("ix_standing_ride_municipality_id"), table_name="standing_ride")
    op.drop_table("standing_ride")
    op.drop_table("standard_text")
    op.drop_index(op.f("ix_staff_role_person_id"), table_name="staff_role")
    op.drop_index(op.f("ix_staff_role_municipality_id"), table_name="staff_role")
    op.drop_table("staff_role")
    op.drop_index(op.f("ix_sign_in_person_id"), table_name="sign_in")
    op.drop_table("sign_in")
    op.drop_index(
        "uq_service_period_running",
        table_name="service_period",
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.drop_index(op.f("ix_service_period_person_id"), table_name="service_period")
    op.drop_index(op.f("ix_service_period_municipality_id"), table_name="service_period")
    op.drop_table("service_period")
    op.drop_table("second_factor")
    op.drop_index(op.f("ix_recovery_code_person_id"), table_name="recovery_code")
    op.drop_table("recovery_code")
    op.drop_table("recognition")
    op.drop_index(op.f("ix_qualification_seen_person_id"), table_name="qualification_seen")
    op.drop_index(op.f("ix_qualification_seen_municipality_id"), table_name="qualification_seen")
    op.drop_table("qualification_seen")
    op.drop_index(op.f("ix_place_municipality_id"), table_name="place")
    op.drop_table("place")
    op.drop_index(op.f("ix_person_merge_municipality_id"), table_name="person_merge")
    op.drop_index(op.f("ix_person_merge_kept_id"), table_name="person_merge")
    op.drop_index(op.f("ix_person_merge_gone_id"), table_name="person_merge")
    op.drop_table("person_merge")
    op.drop_index(op.f("ix_person_block_municipality_id"), table_name="person_block")
    op.drop_index(op.f("ix_person_block_blocked_id"), table_name="person_block")
    op.drop_table("person_block")
    op.drop_table("password")
    op.drop_index(
        "uq_parental_consent_waiting",
        table_name="parental_consent",
        sqlite_where=sa.text("status = 'waiting'"),
        postgresql_where=sa.text("status = 'waiting'"),
    )
    op.drop_index(
        "uq_parental_consent_given",
        table_name="parental_consent",
        sqlite_where=sa.text("status = 'given'"),
        postgresql_where=sa.text("status = 'given'"),
    )
    op.drop_index(op.f("ix_parental_consent_status"), table_name="parental_consent")
    op.drop_index(op.f("ix_parental_consent_municipality_id"), table_name="parental_consent")
    op.drop_index(op.f("ix_parental_consent_guardian_id"), table_name="parental_consent")
    op.drop_index(op.f("ix_parental_consent_expires_at"), table_name="parental_consent")
    op.drop_index(op.f("ix_parental_consent_child_id"), table_name="parental_consent")
    op.drop_table("parental_consent")
    op.drop_index(op.f("ix_outbox_person_id"), table_name="outbox")
    op.drop_index(op.f("ix_outbox_next_try_at"), table_name="outbox")
    op.drop_index(op.f("ix_outbox_municipality_id"), table_name="outbox")
    op.drop_index(op.f("ix_outbox_channel"), table_name="outbox")
    op.drop_index(op.f("ix_outbox_bundle_id"), table_name="outbox")
    op.drop_table("outbox")
    op.drop_table("organisation_contact")
    op.drop_index(
        "uq_organisation_name",
        table_name="organisation",
        sqlite_where=sa.text("status != 'ended'"),
        postgresql_where=sa.text("status != 'ended'"),
    )
    op.drop_index(op.f("ix_organisation_status"), table_name="organisation")
    op.drop_index(op.f("ix_organisation_municipality_id"), table_name="organisation")
    op.drop_index(op.f("ix_organisation_contact_id"), table_name="organisation")
    op.drop_table("organisation")
    op.drop_index(op.f("ix_offer_reach_km"), table_name="offer")
    op.drop_index(op.f("ix_offer_person_id"), table_name="offer")
    op.drop_index(op.f("ix_offer_municipality_id"), table_name="offer")
    op.drop_index("ix_offer_home", table_name="offer")
    op.drop_index(op.f("ix_offer_holiday_from"), table_name="offer")
    op.drop_table("offer")
    op.drop_table("ladder_time")
    op.drop_index(op.f("ix_duty_person_id"), table_name="duty")
    op.drop_index(op.f("ix_duty_municipality_id"), table_name="duty")
    op.drop_index(op.f("ix_duty_from_at"), table_name="duty")
    op.drop_table("duty")
    op.drop_index(op.f("ix_driver_person_id"), table_name="driver")
    op.drop_index(op.f("ix_driver_municipality_id"), table_name="driver")
    op.drop_table("driver")
    op.drop_index(op.f("ix_draft_municipality_id"), table_name="draft")
    op.drop_index(op.f("ix_draft_expires_at"), table_name="draft")
    op.drop_table("draft")
    op.drop_index(op.f("ix_day_plan_municipality_id"), table_name="day_plan")
    op.drop_table("day_plan")
    op.drop_table("contact_wishes")
    op.drop_index(op.f("ix_consent_entry_person_id"), table_name="consent_entry")
    op.drop_index(op.f("ix_consent_entry_municipality_id"), table_name="consent_entry")
    op.drop_table("consent_entry")
    op.drop_index(op.f("ix_concern_status"), table_name="concern")
    op.drop_index(op.f("ix_concern_raised_by_id"), table_name="concern")
    op.drop_index(op.f("ix_concern_raised_at"), table_name="concern")
    op.drop_index(op.f("ix_concern_owner_id"), table_name="concern")
    op.drop_index(op.f("ix_concern_next_moment_at"), table_name="concern")
    op.drop_index(op.f("ix_concern_municipality_id"), table_name="concern")
    op.drop_index(op.f("ix_concern_about_id"), table_name="concern")
    op.drop_table("concern")
    op.drop_index(op.f("ix_care_touch_person_id"), table_name="care_touch")
    op.drop_index(op.f("ix_care_touch_municipality_id"), table_name="care_touch")
    op.drop_table("care_touch")
    op.drop_index(op.f("ix_barred_pair_other_id"), table_name="barred_pair")
    op.drop_index(op.f("ix_barred_pair_municipality_id"), table_name="barred_pair")
    op.drop_table("barred_pair")
    op.drop_index(op.f("ix_absence_person_id"), table_name="absence")
    op.drop_index(op.f("ix_absence_municipality_id"), table_name="absence")
    op.drop_index(op.f("ix_absence_from_at"), table_name="absence")
    op.drop_table("absence")
    op.drop_index(op.f("ix_skill_work_area"), table_name="skill")
    op.drop_table("skill")
    op.drop_index(op.f("ix_sign_in_attempt_at"), table_name="sign_in_attempt")
    op.drop_index(op.f("ix_sign_in_attempt_address_hash"), table_name="sign_in_attempt")
    op.drop_table("sign_in_attempt")
    op.drop_index(op.f("ix_person_merged_into_id"), table_name="person")
    op.drop_table("person")
    op.drop_table("municipality")
    op.drop_table("job_claim")
    op.drop_table("erasure")
