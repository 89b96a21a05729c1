"""The work on alerts, and what people write beside what the hub has said."""

import sqlalchemy as sa
from alembic import op

revision = "0003_cases"
down_revision = "0002_people"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "alert_case",
        sa.Column("alert", sa.String(), nullable=False),
        sa.Column("signal", sa.String(), nullable=False),
        sa.Column("hub_category", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("alert"),
    )
    op.create_table(
        "alert_case_step",
        sa.Column("alert", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", sa.Integer(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("move", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=True),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("action", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["alert"], ["alert_case.alert"]),
        sa.PrimaryKeyConstraint("alert", "number"),
    )
    op.create_table(
        "alert_case_action",
        sa.Column("alert", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", sa.Integer(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("owner", sa.String(), nullable=False),
        sa.Column("response", sa.String(), nullable=True),
        sa.Column("pillar", sa.String(), nullable=False),
        sa.Column("level", sa.String(), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("due", sa.String(), nullable=False),
        sa.Column("ending", sa.String(), nullable=True),
        sa.Column("ended_at", sa.Integer(), nullable=True),
        sa.Column("ended_words", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["alert"], ["alert_case.alert"]),
        sa.PrimaryKeyConstraint("alert", "number"),
    )
    op.create_table(
        "erratum",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("audience", sa.String(), nullable=False),
        sa.Column("first", sa.String(), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("at", sa.Integer(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("number"),
    )
    op.create_index("erratum_by_picture", "erratum", ["audience", "first"], unique=False)
    op.create_table(
        "happened",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("alert", sa.String(), nullable=True),
        sa.Column("ciog", sa.String(), nullable=False),
        sa.Column("finding", sa.String(), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("at", sa.Integer(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("number"),
    )


def downgrade() -> None:
    """Take them away."""
    op.drop_table("happened")
    op.drop_index("erratum_by_picture", table_name="erratum")
    op.drop_table("erratum")
    op.drop_table("alert_case_action")
    op.drop_table("alert_case_step")
    op.drop_table("alert_case")
