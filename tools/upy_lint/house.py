"""Rules of this house for code on a pump: who may touch hardware, clocks, floats and the motor."""

from __future__ import annotations

import ast
from collections.abc import Callable
from pathlib import PurePosixPath

from tools.upy_lint.source import Rule, Source, called_name, imported_modules, is_interpreter_test

# Modules that reach hardware, and the only places that may import them.
RIM = {
    "machine": ("firmware/boards", "firmware/drivers", "firmware/storage"),
    "esp32": ("firmware/boards", "firmware/drivers", "firmware/storage", "firmware/boot.py"),
    "bluetooth": ("firmware/boards", "firmware/link"),
    "network": ("firmware/boards", "firmware/link"),
}

# Dose and decision arithmetic: integers with the unit in the name, the remainder carried.
INTEGERS_ONLY = (
    "firmware/safety",
    "firmware/therapy",
    "firmware/alarms",
    "firmware/executive.py",
    "firmware/pump.py",
)

# Pure code: time is an argument.
PURE = ("firmware/safety", "firmware/therapy", "firmware/alarms", "shared")

# What shared/ may import: no I/O, no clock, no randomness of its own, and it exists on both interpreters.
# cryptolib stands in the branch of MicroPython only.
SHARED_MODULES = set("array binascii collections cryptolib hashlib shared struct sys".split())

WALL_CLOCK = {"time", "localtime", "gmtime", "mktime"}
PIN_USERS = {"Pin", "ADC", "PWM", "I2C", "SoftI2C", "UART", "SPI"}
GATE = ("firmware/safety/gate.py", "firmware/safety/permit.py")


def under(*folders: str) -> Callable[[PurePosixPath], bool]:
    """Does a path stand in one of these folders, or is it one of these files."""
    return lambda path: any(path.is_relative_to(folder) for folder in folders)


def outside(top: str, *folders: str) -> Callable[[PurePosixPath], bool]:
    """Does a path stand under `top` but not in one of the folders."""
    return lambda path: path.is_relative_to(top) and not under(*folders)(path)


def finds_assert(node: ast.AST, source: Source) -> bool:
    return isinstance(node, ast.Assert)


def finds_wall_clock(node: ast.AST, source: Source) -> bool:
    match node:
        case ast.Attribute(value=ast.Name(id="time" | "utime"), attr=name):
            return name in WALL_CLOCK
        case ast.ImportFrom(module="time", names=names):
            return any(alias.name in WALL_CLOCK for alias in names)
    return False


def finds_float(node: ast.AST, source: Source) -> bool:
    match node:
        case ast.Constant(value=float() | complex()):
            return True
        case ast.BinOp(op=ast.Div()) | ast.AugAssign(op=ast.Div()):
            return True
    return called_name(node) == "float" or "math" in imported_modules(node)


def finds_hardware(node: ast.AST, source: Source) -> bool:
    return any(
        not under(*RIM[name])(source.path) for name in imported_modules(node) if name in RIM
    )


def finds_clock(node: ast.AST, source: Source) -> bool:
    return "time" in imported_modules(node)


def finds_foreign_to_shared(node: ast.AST, source: Source) -> bool:
    return any(name.partition(".")[0] not in SHARED_MODULES for name in imported_modules(node))


def finds_second_gate(node: ast.AST, source: Source) -> bool:
    """Making a permit, or making a used one good again."""
    match node:
        case ast.Assign(targets=[ast.Attribute(attr="fresh")], value=ast.Constant(value=True)):
            return True
    return called_name(node) in {"Permit", ".Permit"}


def finds_pin_number(node: ast.AST, source: Source) -> bool:
    match node:
        case ast.Call(args=[ast.Constant(value=int()), *_]):
            return called_name(node).removeprefix(".") in PIN_USERS
    return False


def finds_question_where_it_runs(node: ast.AST, source: Source) -> bool:
    match node:
        case ast.Attribute(value=ast.Name(id="sys"), attr="platform" | "implementation"):
            return True
        case ast.Attribute(value=ast.Name(id="os"), attr="uname"):
            return True
    return False


def finds_other_interpreter_test(node: ast.AST, source: Source) -> bool:
    """shared/ may ask which interpreter it is on, in one form that every tool understands."""
    if not finds_question_where_it_runs(node, source):
        return False
    return not any(
        is_interpreter_test(test) and any(part is node for part in ast.walk(test))
        for test in ast.walk(source.tree)
    )


HOUSE_RULES = (
    Rule(
        "UPY301",
        "assert disappears in optimised code",
        "check and refuse with a code, or latch a fault",
        finds_assert,
        under("firmware", "shared"),
    ),
    Rule(
        "UPY302",
        "the wall clock starts in 1970 or 2000, and jumps",
        "ticks, with the time as an argument; wall time only from the clinic",
        finds_wall_clock,
        under("firmware", "shared"),
    ),
    Rule(
        "UPY303",
        "no float where doses and decisions are made",
        "integers with the unit in the name; // and % with the remainder carried",
        finds_float,
        under(*INTEGERS_ONLY),
    ),
    Rule(
        "UPY304",
        "a hardware module away from the rim",
        "ask a driver or the board",
        finds_hardware,
        under("firmware", "shared"),
    ),
    Rule(
        "UPY305",
        "pure code reads no clock",
        "take the time as an argument",
        finds_clock,
        under(*PURE),
    ),
    Rule(
        "UPY306",
        "shared does no I/O and has only what both interpreters have",
        "take bytes, numbers or a provider as arguments",
        finds_foreign_to_shared,
        under("shared"),
    ),
    Rule(
        "UPY307",
        "only the gate makes a permit or makes it fresh",
        "firmware.safety.gate",
        finds_second_gate,
        outside("firmware", *GATE),
    ),
    Rule(
        "UPY308",
        "a pin or bus number away from boards",
        "take the object from the board",
        finds_pin_number,
        outside("firmware", "firmware/boards"),
    ),
    Rule(
        "UPY309",
        "firmware does not ask what it runs on",
        "a board file that has or has not the part",
        finds_question_where_it_runs,
        under("firmware"),
    ),
    Rule(
        "UPY310",
        "the interpreter is asked for in one form only",
        'if sys.implementation.name == "micropython": ... else: ...',
        finds_other_interpreter_test,
        under("shared"),
    ),
)
