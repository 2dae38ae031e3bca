"""The whole house under test: started as `make run` does, watched from outside through its own doors.

May import: tools (the supervisor's settings, the bench client, the demo's people). Used by hil_tests/tests and by `python -m hil_tests.alarm_time`.
"""
