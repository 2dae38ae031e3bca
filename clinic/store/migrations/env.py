"""Alembic's entry: runs the steps on the connection it was given. There is no other way in, hence no alembic.ini."""

from alembic import context

from clinic.store.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
    transaction_per_migration=False,
)
with context.begin_transaction():
    context.run_migrations()
