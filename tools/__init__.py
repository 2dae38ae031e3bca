"""What people run at a desk: set-up, checks, flashing, the running house, keys, the bench console.

May import everything. May not be imported by firmware, hub, clinic or shared.
"""
