"""From conditions to what a person sees, hears and feels. Sets, not one state.

May import: `firmware.safety`, `shared`. May not import drivers; the executive hands the sounder and the light in.

- conditions.py   the set of active conditions: raise, clear, latch, acknowledge, silence, remind, escalate
- loops.py        the same alarm three times in ten minutes
- timings.py      how long silence, reminders and chimes last
- signals.py      sound, light and vibration schedules as data, in frames
- annunciator.py  plays the schedules of the worst condition
"""
