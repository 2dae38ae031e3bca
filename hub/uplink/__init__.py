"""The clinic's side of the hub: MQTT 5, batches up, receipts and commands down.

May import: shared, hub.store, hub.commands, hub.known_pumps, hub.logs. May not import: hub.links, hub.config.
"""
