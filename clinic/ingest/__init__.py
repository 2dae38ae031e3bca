"""From the broker to the database: take uplinks, open frames, write once, answer after the commit.

May import: shared, clinic.live, clinic.alerts, clinic.commands, clinic.store. May not import: api, desk, accounts, prescribing.
"""
