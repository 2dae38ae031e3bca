"""From a dose to a signed command: calculator, library, two signatures, and the way to the pump.

May import: shared, clinic.order_model, clinic.texts, clinic.live, clinic.status, clinic.accounts.roles, clinic.commands, clinic.store.
May not import: ingest, alerts, api, desk.
"""
