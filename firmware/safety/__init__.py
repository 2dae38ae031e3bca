"""THE LAST WORD. Pure integer code that permits or refuses every motor step and decides what stops the pump.

May import: `shared`. May not import anything else of the firmware, and nothing of the hardware.

- limits.py      every ceiling as data: value, unit, requirement, reason
- guarded.py     an integer and its complement
- event_queue.py events on their way from the frame to the journal
- permit.py      the one thing the motor driver accepts
- gate.py        the only maker of a permit, and of leave for a bolus
- interlocks.py  which active conditions stop delivery
- faults.py      what is tolerated, what latches, which alarm tells it
- monitor.py     does the roller do what the motor was told, by evidence the controller does not make
- liveness.py    every step of the frame must check in, or the dead-man starves
- clock.py       is time what the frames say
- selftest.py    power-on checks, each a fault bit or nothing
- periodic.py    checks during use, and what happens if nobody makes them
"""
