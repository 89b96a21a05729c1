"""An event is found by its own id, while that is kept, without reading the whole log."""

import sqlalchemy as sa
from alembic import op

revision = "0007_own_ids"
down_revision = "0006_web"
branch_labels = None
depends_on = None

KEPT = sa.text("event_id IS NOT NULL")


def upgrade() -> None:
    """Make the index."""
    op.create_index(
        "ix_accepted_own_id",
        "accepted",
        ["source", "event_id"],
        sqlite_where=KEPT,
        postgresql_where=KEPT,
    )


def downgrade() -> None:
    """Take the index away."""
    op.drop_index("ix_accepted_own_id", "accepted")
