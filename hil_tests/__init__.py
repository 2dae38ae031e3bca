"""The bench: virtual board, rig, plant, scenarios. The firmware under test is always the real one.

May import everything. Nobody imports it but tools.
"""
