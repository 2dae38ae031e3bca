"""Alembic's folder: `versions/` holds one file a step, numbered. A step that was released is never edited.

May import: Alembic, SQLAlchemy. May not import: the tables (a step describes its own moment), anything else of clinic.
"""
