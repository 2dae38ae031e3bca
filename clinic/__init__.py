"""The clinic's desk: opens what pumps send, keeps the record, raises alerts, relays signed prescriptions.

May import: shared, and the PC's libraries. May not import: firmware, hub, hil_tests, tools.
Inside: api, desk and app sit on top; ingest, alerts, commands, prescribing and accounts do the work; store is at the bottom.
"""
