"""When a person must be told: pure rules over what pumps report, and the book in which alerts stand until their cause is gone.

May import: shared, clinic.live, clinic.store. May not import: ingest, api, desk, accounts.
"""
