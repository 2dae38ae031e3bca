"""Who may come in, and what each role may do: passwords, lock-out, sessions, roles.

May import: clinic.store, clinic.clock. May not import: ingest, alerts, commands, prescribing, api, desk.
"""
