"""Constants of the pump's program, put where they are used: source to source, before the compiler.

A named number costs the pump a name, a slot in its module's or class's dict, and in each module that imports it one more. The program itself runs in
place from flash, so there the number is free. `fold` writes the number where the name was and takes away the names that nobody asks for any more.

What is folded: names in capitals, bound once at the top of a module or of a class, whose value follows from the source alone and is a bool or a small
integer of a 32-bit chip. An integer beyond that is an object on the heap: one name for it is cheaper than one object in each module.
A tuple that a function makes stays one that it makes: of numbers alone it would be made once and stand on the heap for ever, so one of them is written
`int(7)`. Every line keeps its number, so that a traceback from the pump can be read beside the source.

What is taken away: such names, classes that hold nothing else, `__all__`, functions and classes at the top of a module, and imports inside the
program, each if nothing that stays refers to it. A name that is reached in a way that the source does not show keeps its place: an attribute of
something unknown, a string with the same letters, a module or a class that is handed on as a value. `import *`, `globals`, `vars` and the like are
refused: with them nobody could tell.

The same step stands before the bench (hil_tests/rig/rom.py) and the board (tools/flash_build.py): what is tested is what is flashed.
"""

from tools.fold_constants.fold import Folded, FoldError, fold

__all__ = ("FoldError", "Folded", "fold")
