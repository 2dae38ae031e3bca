"""Tests of the hub: real sockets, real SQLite, the real embedded broker and a real mosquitto.

May import: shared, hub. Other parts are started as processes, never imported.
"""
