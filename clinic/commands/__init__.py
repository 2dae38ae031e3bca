"""Commands to pumps: sealed, stored before they are sent, and settled as done, refused or unknown.

May import: shared, clinic.live, clinic.status, clinic.store. May not import: ingest, alerts, prescribing, api, desk, accounts.
"""
