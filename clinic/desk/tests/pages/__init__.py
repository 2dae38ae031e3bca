"""The pages in a real headless Chromium, served by a real server in a process of its own.

A folder of its own so that the browser ends with it: while Playwright runs, no test in the same
process can start an event loop. May import: clinic.desk, clinic.desk_model, shared, Playwright.
"""
