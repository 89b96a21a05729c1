"""What the web beside workers needs: answers for doors that wait, and checkpoints of the ledger."""

import sqlalchemy as sa
from alembic import op

revision = "0006_web"
down_revision = "0005_workers"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    whole = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "answer",
        sa.Column("door", sa.String(), nullable=False),
        sa.Column("number", whole, nullable=False),
        sa.Column("at", whole, nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("door", "number"),
    )
    op.create_table(
        "checkpoint",
        sa.Column("number", whole, nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("line", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("number"),
    )


def downgrade() -> None:
    """Take the tables away."""
    op.drop_table("checkpoint")
    op.drop_table("answer")
