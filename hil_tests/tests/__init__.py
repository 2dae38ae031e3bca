"""Tests of the bench itself and of the firmware on it. May import everything."""
