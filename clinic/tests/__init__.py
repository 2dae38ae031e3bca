"""Tests of the clinic: real SQLite files, a real broker, frames sealed as a pump seals them.

May import: clinic, shared. May not import: firmware, hub, hil_tests, tools.
"""
