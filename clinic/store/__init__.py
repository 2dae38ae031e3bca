"""The clinic's database: tables, connections, migrations. SQLite by default, PostgreSQL by URL.

May import: SQLAlchemy, Alembic. May not import: anything else of clinic but `clinic.config`.
"""
