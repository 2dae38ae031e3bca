"""Tests of shared. Each test_*.py runs on CPython under pytest and on MicroPython by tools.upy_tests.

May import: shared, checks.py beside it. Files named test_host_* run on CPython only and may
import pytest, hypothesis, cbor2 and cryptography.
"""
