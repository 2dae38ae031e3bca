"""The parts on the board, one file each, as their data sheets describe them: registers, levels, times.

May import: `lockstep`, `words`. May not import: `machine`, `wiring`, firmware, shared.

An I2C part has `address`, `answers()`, `begin()` (start condition of a write), `write(buf, count)`, `end()` and `read_into(buf)`.
"""
