"""The supervisor behind `make run`: starts the processes of a house in order, watches them, ends all of them.

May import: the standard library and rich. May not import: hub, clinic, firmware, hil_tests; those run as processes.
"""
