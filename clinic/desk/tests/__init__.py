"""Tests of the dashboard: words, drawings and, in a real headless Chromium, the pages.

May import: clinic.desk, clinic.desk_model, shared, Playwright. May not import: firmware, hub,
tools.
"""
