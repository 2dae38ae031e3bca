"""What a prescription asks for, frame by frame: pure state machines on small integers; time comes in as frames.

May import: `firmware.safety`, `shared`. May not import drivers, storage, link, panel or the executive.

- prescription.py  a checked prescription in steps: what the gate holds against every request
- dose_windows.py  rolling hour and day of all flow
- session.py       counters of the running session; what survives a restart
- delivery.py      states and keys: stopped, running, paused, alarm, complete, confirming
- occlusion.py     pressure to condition
- air.py           detector level and steps to bubble volume
- power.py         battery level to condition
"""
