"""The durable log, and what was told."""

import sqlalchemy as sa
from alembic import op

revision = "0001_log"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "accepted",
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("ref", sa.LargeBinary(length=16), nullable=False),
        sa.Column("digest", sa.LargeBinary(length=16), nullable=False),
        sa.Column("accepted", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("event_id", sa.String(), nullable=True),
        sa.Column("type", sa.String(), nullable=False),
        sa.Column("time", sa.Integer(), nullable=False),
        sa.Column("ended", sa.Integer(), nullable=False),
        sa.Column("incident", sa.Boolean(), nullable=False),
        sa.Column("tray", sa.String(), nullable=True),
        sa.Column("decision", sa.String(), nullable=False),
        sa.Column("payload", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("position"),
        sa.UniqueConstraint("ref"),
    )
    with op.batch_alter_table("accepted", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_accepted_accepted"), ["accepted"], unique=False)

    op.create_table(
        "contribution_kind",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("publisher", sa.String(), nullable=False),
        sa.Column("type", sa.String(), nullable=False),
        sa.Column("notes", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "decision_class",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "feed_day",
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("day", sa.String(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("events", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("source", "day", "outcome", "reason"),
    )
    op.create_table(
        "heard",
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("last_event", sa.Integer(), nullable=True),
        sa.Column("last_heartbeat", sa.Integer(), nullable=True),
        sa.Column("bundle", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("source"),
    )
    op.create_table(
        "memory",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_table(
        "notice",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("publisher", sa.String(), nullable=True),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("line", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("number"),
    )
    op.create_table(
        "picture",
        sa.Column("audience", sa.String(), nullable=False),
        sa.Column("first", sa.String(), nullable=False),
        sa.Column("at", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("page", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("audience", "first"),
    )
    op.create_table(
        "receipt",
        sa.Column("publisher", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("alert", sa.String(), nullable=False),
        sa.Column("noted", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("publisher", "source", "id", "alert"),
    )
    op.create_table(
        "refused",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(), nullable=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("faults", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("number"),
    )
    with op.batch_alter_table("refused", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_refused_at"), ["at"], unique=False)

    op.create_table(
        "ticked",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("at", sa.Integer(), nullable=False),
        sa.Column("midnight", sa.Boolean(), nullable=False),
        sa.Column("jumped", sa.Boolean(), nullable=False),
        sa.Column("bundle", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("number"),
    )
    op.create_table(
        "told",
        sa.Column("cursor", sa.Integer(), nullable=False),
        sa.Column("audience", sa.String(), nullable=False),
        sa.Column("alert", sa.String(), nullable=False),
        sa.Column("change", sa.String(), nullable=False),
        sa.Column("at", sa.Integer(), nullable=False),
        sa.Column("provisional", sa.Boolean(), nullable=False),
        sa.Column("line", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("cursor"),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("told", schema=None) as batch_op:
        batch_op.create_index("told_by_alert", ["audience", "alert", "cursor"], unique=False)
        batch_op.create_index("told_by_audience", ["audience", "cursor"], unique=False)

    op.create_table(
        "contribution",
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("accepted", sa.Integer(), nullable=False),
        sa.Column("day", sa.Integer(), nullable=False),
        sa.Column("monthly", sa.Integer(), nullable=False),
        sa.Column("place", sa.String(), nullable=True),
        sa.Column("kind", sa.Integer(), nullable=False),
        sa.Column("tokens", sa.String(), nullable=True),
        sa.Column("former", sa.String(), nullable=True),
        sa.Column("withdrawn", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["kind"],
            ["contribution_kind.id"],
        ),
        sa.ForeignKeyConstraint(
            ["position"],
            ["accepted.position"],
        ),
        sa.PrimaryKeyConstraint("position"),
    )
    op.create_table(
        "shared",
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("recipient", sa.String(), nullable=False),
        sa.Column("line", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(
            ["position"],
            ["accepted.position"],
        ),
        sa.PrimaryKeyConstraint("position", "recipient"),
    )


def downgrade() -> None:
    """Take them away."""
    op.drop_table("shared")
    op.drop_table("contribution")
    with op.batch_alter_table("told", schema=None) as batch_op:
        batch_op.drop_index("told_by_audience")
        batch_op.drop_index("told_by_alert")

    op.drop_table("told")
    op.drop_table("ticked")
    with op.batch_alter_table("refused", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_refused_at"))

    op.drop_table("refused")
    op.drop_table("receipt")
    op.drop_table("picture")
    op.drop_table("notice")
    op.drop_table("memory")
    op.drop_table("heard")
    op.drop_table("feed_day")
    op.drop_table("decision_class")
    op.drop_table("contribution_kind")
    with op.batch_alter_table("accepted", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_accepted_accepted"))

    op.drop_table("accepted")
