"""Schema steps, oldest first.

May import: Alembic, SQLAlchemy. May not import: anything of clinic.
"""
