"""Scenario files, played by `python -m hil_tests.run`. Data only; the language: ../scenario/README.md."""
