"""Tests of the tools. May import everything; nobody imports them."""
