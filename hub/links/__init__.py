"""The pumps' side of the hub: one server, one object per connection, used once.

May import: shared, hub.store, hub.commands, hub.known_pumps, hub.logs. May not import: hub.uplink, hub.config.
"""
