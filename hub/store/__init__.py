"""The outbox: records on disk before a pump is told so, gone when the clinic says that it has them.

May import: shared, hub.logs. May not import: hub.links, hub.uplink, hub.config.
"""
