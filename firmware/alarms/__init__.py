"""From conditions to what a person sees, hears and feels. Sets, not one state.

May import: `firmware.safety`, `shared`. May not import drivers; the executive hands the sounder and the light in.

- conditions.py   the set of active conditions: raise, clear, latch, acknowledge, silence
- signals.py      sound and light schedules as data, in frames
- annunciator.py  plays the schedule of the worst condition
"""
