"""With which key doors seal what only sharers are to read."""

import sqlalchemy as sa
from alembic import op

revision = "0008_seal"
down_revision = "0007_own_ids"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    whole = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "seal",
        sa.Column("number", whole, nullable=False),
        sa.Column("public", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("number"),
    )


def downgrade() -> None:
    """Take the table away."""
    op.drop_table("seal")
