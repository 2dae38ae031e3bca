"""Tests of the pump's pure parts; the same files run under CPython and under MicroPython (tools/upy_tests.py)."""
