"""Built-in types, functions and modules that MicroPython lacks or does otherwise. Every row was run on the interpreter."""

from __future__ import annotations

import ast
from pathlib import Path, PurePosixPath

from tools.upy_lint.dialect import anywhere
from tools.upy_lint.source import Rule, Source, called_name, imported_modules

ROOT = Path(__file__).resolve().parent.parent.parent
# Programs for the unix port on the PC.
BENCH = (PurePosixPath("hil_tests/virtual_board"), PurePosixPath("tools/upy"))

HOUSE = {"firmware", "shared"}

# Modules of the ESP32-S3 port that firmware may use. An allow list, because what is missing has no end.
CHIP_MODULES = set(
    "array binascii bluetooth collections cryptolib errno esp32 framebuf gc hashlib io machine "
    "micropython network os random struct sys time vfs".split()
)

# The virtual board runs on the unix port and may use these besides, and its own files by bare name: its folder
# stands first on the interpreter's path.
BENCH_MODULES = {"builtins", "json", "math", "select", "socket", "uctypes", "hil_tests"} | {
    entry.stem for entry in (ROOT / BENCH[0]).glob("*") if entry.stem.isidentifier()
}

# collections has these three and no more.
COLLECTIONS = {"namedtuple", "deque", "OrderedDict"}

MISSING_METHODS = set(
    "removeprefix removesuffix bit_length bit_count ljust rjust zfill title capitalize casefold "
    "expandtabs translate maketrans isalnum isidentifier isnumeric isdecimal isprintable isascii "
    "swapcase tobytes tolist cast add_note with_traceback is_integer as_integer_ratio "
    "hexdigest _replace _asdict _make".split()
)

MISSING_NAMES = set(
    "vars ascii format aiter anext breakpoint ExceptionGroup BaseExceptionGroup TimeoutError "
    "ConnectionError ConnectionResetError BrokenPipeError FileNotFoundError FileExistsError "
    "PermissionError InterruptedError BlockingIOError RecursionError ModuleNotFoundError "
    "UnicodeDecodeError UnicodeEncodeError FloatingPointError BufferError ReferenceError "
    "UnboundLocalError Warning UserWarning DeprecationWarning RuntimeWarning".split()
)

MISSING_ATTRIBUTES = set(
    "__doc__ __module__ __annotations__ __wrapped__ __defaults__ __code__ __cause__ __context__ "
    "__traceback__ __mro__ _fields".split()
)

MISSING_IN_MODULES = {
    ("hashlib", "new"),
    ("hashlib", "sha512"),
    ("hashlib", "pbkdf2_hmac"),
    ("os", "fsync"),
    ("os", "path"),
    ("struct", "Struct"),
    ("struct", "iter_unpack"),
    ("sys", "exc_info"),
    ("time", "monotonic"),
    ("time", "perf_counter"),
    ("time", "strftime"),
}

# Function, keyword that CPython takes and MicroPython does not.
MISSING_KEYWORDS = {
    ("zip", "strict"),
    ("sum", "start"),
    ("namedtuple", "defaults"),
    ("namedtuple", "rename"),
    ("namedtuple", "module"),
    ("print", "flush"),
    (".split", "sep"),
    (".split", "maxsplit"),
    (".rsplit", "sep"),
    (".rsplit", "maxsplit"),
    (".replace", "count"),
    ("int", "base"),
    ("deque", "maxlen"),
    (".encode", "encoding"),
    (".encode", "errors"),
    (".decode", "encoding"),
    (".decode", "errors"),
}


def finds_missing_module(node: ast.AST, source: Source) -> bool:
    known = CHIP_MODULES | HOUSE
    if any(source.path.is_relative_to(folder) for folder in BENCH):
        known |= BENCH_MODULES
    return any(name.partition(".")[0] not in known for name in imported_modules(node))


def finds_missing_in_module(node: ast.AST, source: Source) -> bool:
    match node:
        case ast.Attribute(value=ast.Name(id=module), attr=name):
            return (module, name) in MISSING_IN_MODULES
        case ast.ImportFrom(module=str(module), names=names, level=0):
            return any((module, alias.name) in MISSING_IN_MODULES for alias in names)
    return False


def finds_missing_collection(node: ast.AST, source: Source) -> bool:
    match node:
        case ast.ImportFrom(module="collections", names=names):
            return any(alias.name not in COLLECTIONS for alias in names)
    return False


def finds_missing_method(node: ast.AST, source: Source) -> bool:
    name = called_name(node)
    return name.startswith(".") and name[1:] in MISSING_METHODS


def finds_missing_name(node: ast.AST, source: Source) -> bool:
    return (
        isinstance(node, ast.Name)
        and node.id in MISSING_NAMES
        and not _defines(source.tree, node.id)
    )


def _defines(tree: ast.Module, name: str) -> bool:
    """Does the file make the name itself: a class, a function, an assignment or an import."""
    for node in ast.walk(tree):
        match node:
            case ast.ClassDef(name=found) | ast.FunctionDef(name=found) | ast.arg(arg=found):
                pass
            case ast.Name(id=found, ctx=ast.Store()) | ast.alias(name=found):
                pass
            case _:
                continue
        if found == name:
            return True
    return False


def finds_missing_attribute(node: ast.AST, source: Source) -> bool:
    return isinstance(node, ast.Attribute) and node.attr in MISSING_ATTRIBUTES


def finds_missing_keyword(node: ast.AST, source: Source) -> bool:
    if not isinstance(node, ast.Call):
        return False
    name = called_name(node)
    return any((name, keyword.arg) in MISSING_KEYWORDS for keyword in node.keywords)


def finds_isinstance_of_number(node: ast.AST, source: Source) -> bool:
    match node:
        case ast.Call(func=ast.Name(id="isinstance"), args=[_, kind]):
            kinds = kind.elts if isinstance(kind, ast.Tuple) else [kind]
            return any(isinstance(k, ast.Name) and k.id in {"int", "bool"} for k in kinds)
    return False


def finds_isinstance_of_union(node: ast.AST, source: Source) -> bool:
    match node:
        case ast.Call(func=ast.Name(id="isinstance"), args=[_, ast.BinOp(op=ast.BitOr())]):
            return True
    return False


def finds_signed_from_bytes(node: ast.AST, source: Source) -> bool:
    match node:
        case ast.Call(func=ast.Attribute(attr="from_bytes"), args=args, keywords=keywords):
            return len(args) != 2 or bool(keywords)
    return False


def finds_slice_step(node: ast.AST, source: Source) -> bool:
    return isinstance(node, ast.Slice) and node.step is not None


def finds_slice_deletion(node: ast.AST, source: Source) -> bool:
    return isinstance(node, ast.Delete) and any(
        isinstance(target, ast.Subscript) and isinstance(target.slice, ast.Slice)
        for target in node.targets
    )


def finds_sort_by_partial_key(node: ast.AST, source: Source) -> bool:
    """A key that is a lambda without a tuple leaves ties, and ties come out in any order."""
    match node:
        case ast.Call(keywords=keywords) if called_name(node) in {"sorted", ".sort"}:
            return any(
                isinstance(keyword.value, ast.Lambda)
                and not isinstance(keyword.value.body, ast.Tuple)
                for keyword in keywords
            )
    return False


def finds_iter_with_sentinel(node: ast.AST, source: Source) -> bool:
    match node:
        case ast.Call(func=ast.Name(id="iter"), args=[_, _]):
            return True
    return False


def finds_unbounded_deque(node: ast.AST, source: Source) -> bool:
    match node:
        case ast.Call(func=ast.Name(id="deque"), args=[] | [_]):
            return True
    return False


GAP_RULES = (
    Rule(
        "UPY201",
        "no such module on the chip",
        "what array, collections, hashlib, struct and the house's own folders offer",
        finds_missing_module,
        anywhere,
    ),
    Rule(
        "UPY215",
        "the chip's module has no such name",
        "digest(), ticks_ms(), struct.unpack_from; files are flushed by close()",
        finds_missing_in_module,
        anywhere,
    ),
    Rule(
        "UPY202",
        "collections has namedtuple, deque and OrderedDict only",
        "a plain dict or list",
        finds_missing_collection,
        anywhere,
    ),
    Rule(
        "UPY203",
        "no such method on a MicroPython object",
        "slicing, startswith, struct or % formatting",
        finds_missing_method,
        anywhere,
    ),
    Rule(
        "UPY204",
        "no such built-in name",
        "OSError with its errno for the system's errors",
        finds_missing_name,
        anywhere,
    ),
    Rule(
        "UPY205",
        "no such attribute on a MicroPython object",
        "keep what you need in a field of your own",
        finds_missing_attribute,
        anywhere,
    ),
    Rule(
        "UPY206",
        "this built-in does not take the keyword",
        "the positional form, or leave it out",
        finds_missing_keyword,
        anywhere,
    ),
    Rule(
        "UPY207",
        "isinstance(True, int) is False here and True on CPython",
        "type(x) is int, type(x) is bool",
        finds_isinstance_of_number,
        anywhere,
    ),
    Rule(
        "UPY208",
        "isinstance takes no union",
        "a tuple of types",
        finds_isinstance_of_union,
        anywhere,
    ),
    Rule(
        "UPY209",
        "int.from_bytes ignores the sign and takes no keyword",
        'int.from_bytes(b, "big") for unsigned, struct.unpack for signed',
        finds_signed_from_bytes,
        anywhere,
    ),
    Rule(
        "UPY210",
        "slices have no step",
        "reversed(), range() with a step, or a loop",
        finds_slice_step,
        anywhere,
    ),
    Rule(
        "UPY211",
        "a slice of a bytearray cannot be deleted",
        "buffer[:n] = b''",
        finds_slice_deletion,
        anywhere,
    ),
    Rule(
        "UPY212",
        "sort is not stable here: equal keys come out in any order",
        "a tuple as key that ends in something unique",
        finds_sort_by_partial_key,
        anywhere,
    ),
    Rule(
        "UPY213",
        "iter() takes no sentinel",
        "while with a break",
        finds_iter_with_sentinel,
        anywhere,
    ),
    Rule(
        "UPY214",
        "a deque needs its length at birth",
        "deque((), length)",
        finds_unbounded_deque,
        anywhere,
    ),
)
