"""The work on alerts."""

revision = "0003_cases"
down_revision = "0002_people"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""


def downgrade() -> None:
    """Take them away."""
