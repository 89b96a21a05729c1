"""Runs migrations on the connection that `stores.sql.database` brings; never by itself."""

from alembic import context

from cioghub.stores.sql.tables import METADATA

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=METADATA, render_as_batch=True)
with context.begin_transaction():
    context.run_migrations()
connection.commit()
