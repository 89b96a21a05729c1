"""What workers on several machines need; on PostgreSQL, whole numbers that outlast 2038."""

import sqlalchemy as sa
from alembic import op

revision = "0005_workers"
down_revision = "0004_uploads"
branch_labels = None
depends_on = None

NEW = ("outgoing", "on_the_way", "withdrawal", "turn")


def upgrade() -> None:
    """Make the tables, and widen whole numbers."""
    op.create_table(
        "outgoing",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("worker", sa.String(), nullable=False),
        sa.Column("made", sa.Integer(), nullable=False),
        sa.Column("topic", sa.String(), nullable=False),
        sa.Column("key", sa.LargeBinary(), nullable=False),
        sa.Column("value", sa.LargeBinary(), nullable=False),
        sa.Column("headers", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("number"),
    )
    op.create_table(
        "on_the_way",
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("accepted", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("position"),
    )
    with op.batch_alter_table("on_the_way", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_on_the_way_accepted"), ["accepted"], unique=False)
    op.create_table(
        "withdrawal",
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("at", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("position"),
    )
    op.create_table(
        "turn",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("reached", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    _retype(sa.BigInteger())


def downgrade() -> None:
    """Take the tables away, and narrow whole numbers again."""
    _retype(sa.Integer())
    with op.batch_alter_table("on_the_way", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_on_the_way_accepted"))
    for name in NEW:
        op.drop_table(name)


def _retype(kind: sa.types.TypeEngine[int]) -> None:
    """Give every whole number of the database a type; SQLite has only one."""
    connection = op.get_bind()
    if connection.dialect.name != "postgresql":
        return
    inspector = sa.inspect(connection)
    for table in inspector.get_table_names():
        for column in inspector.get_columns(table):
            if isinstance(column["type"], sa.Integer):
                op.alter_column(table, column["name"], type_=kind)
