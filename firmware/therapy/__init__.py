"""What a prescription asks for, frame by frame: pure state machines on small integers; time comes in as frames.

May import: `firmware.safety`, `shared`. May not import drivers, storage, link, panel or the executive.

- admission.py     may a prescription run at all: the pump's own ceilings
- prescription.py  a checked prescription in steps: what the gate holds against every request
- programme.py     the running prescription as the frame needs it: segments, rates of the states
- dose_windows.py  rolling hour, four hours and day of all flow, and the most they will hold
- session.py       counters of the running session; what survives a restart
- course.py        boluses, lockout, load, KVO and bag; what besides survives a restart
- delivery.py      states, phases and keys: one rate at a time
- confirming.py    a person reads a prescription and says yes or no
- occlusion.py     pressure to condition
- air.py           detector level and steps to bubble and window of air
- power.py         battery level to condition and minutes left
- reservoir.py     steps since the bag was changed to condition
- temperature.py   skin temperature to condition
- fittings.py      switches of door, cassette and bag to condition
- started.py       START or a confirmation that led to nothing
"""
