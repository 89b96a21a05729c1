"""Who signs in, tokens and sessions, and the audit of every change."""

revision = "0002_people"
down_revision = "0001_log"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""


def downgrade() -> None:
    """Take them away."""
