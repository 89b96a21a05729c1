"""Uploaded files, their previews, and saved mappings."""

revision = "0004_uploads"
down_revision = "0003_cases"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""


def downgrade() -> None:
    """Take them away."""
