"""The safety layer as text: small, pure, its limits and faults readable by a tool, and one door only."""

import ast
import re
from pathlib import Path

import pytest

FIRMWARE = Path(__file__).resolve().parents[1]
SAFETY = FIRMWARE / "safety"
FILES = sorted(SAFETY.glob("*.py"))
CODE = sorted(path for path in FIRMWARE.rglob("*.py") if "tests" not in path.parts)
REQUIREMENTS = re.compile(r"SR-\d{3}(, SR-\d{3})*")


def constants(path: Path) -> list[tuple[str, list[str]]]:
    """Name and the parts of the trailing comment of every number at the top of a module."""
    found = []
    lines = path.read_text().splitlines()
    for node in ast.parse(path.read_text()).body:
        if isinstance(node, ast.Assign):
            name = ast.unparse(node.targets[0])
            assert node.lineno == node.end_lineno, name
            comment = lines[node.lineno - 1].partition("#")[2]
            found.append((name, [part.strip() for part in comment.split("|")]))
    return found


def test_every_limit_has_unit_requirement_and_reason():
    rows = constants(SAFETY / "limits.py")
    assert len(rows) > 50
    for name, parts in rows:
        assert len(parts) == 3, name
        unit, requirement, reason = parts
        assert unit and reason, name
        assert REQUIREMENTS.fullmatch(requirement), name


def test_the_unit_of_a_limit_is_that_of_its_name():
    units = {
        "_MS": "ms",
        "_S": "s",
        "_PA": "Pa",
        "_NL": "nL",
        "_NL_H": "nL/h",
        "_MC": "0.001 degree C",
        "_FRAMES": "frames",
        "_COUNTS": "counts",
        "_STEPS": "steps",
        "_MINUTES": "min",
    }
    for name, parts in constants(SAFETY / "limits.py"):
        endings = [ending for ending in units if name.endswith(ending)]
        if endings:
            assert parts[0] == units[max(endings, key=len)], name
        if name.endswith("_PERMILLE"):
            assert parts[0].startswith("of "), name


def test_every_fault_has_requirement_and_meaning():
    text = (SAFETY / "faults.py").read_text()
    rows = re.findall(r"^([A-Z_]+) = (\d+) +# (SR-\d{3}) \| (.+)$", text, re.M)
    assert [int(number) for _, number, _, _ in rows] == list(range(30))


def test_a_limit_is_defined_once_and_used():
    used = {
        node.attr if isinstance(node, ast.Attribute) else node.id
        for path in CODE
        if path.name != "limits.py"
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Attribute | ast.Name)
    }
    unused = [name for name, _ in constants(SAFETY / "limits.py") if name not in used]
    assert unused == []


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_safety_imports_shared_and_itself_only(path: Path):
    for node in ast.walk(ast.parse(path.read_text())):
        modules = []
        if isinstance(node, ast.Import):
            modules = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            modules = [str(node.module)]
        for module in modules:
            inside = module == "firmware.safety" or module.startswith("firmware.safety.")
            assert inside or module.split(".")[0] in ("shared", "array"), module


def stores_into_permits(tree: ast.Module) -> list[str]:
    """What is written into something called a permit, and calls that make one or could write into it by name."""
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            if ast.unparse(node.value).rpartition(".")[2].strip("_").endswith("permit"):
                found.append(ast.unparse(node))
        elif isinstance(node, ast.Call):
            called = ast.unparse(node.func)
            by_name = called == "setattr" and ast.unparse(node.args[1]) in ("'steps'", "'fresh'")
            if called.rpartition(".")[2] == "Permit" or by_name:
                found.append(called)
    return found


def test_only_the_gate_puts_steps_into_a_permit():
    found = {
        path.relative_to(FIRMWARE).as_posix(): stores_into_permits(ast.parse(path.read_text()))
        for path in CODE
    }
    assert {path: stores for path, stores in found.items() if stores} == {
        "safety/gate.py": ["Permit", "permit.steps", "permit.reason", "permit.fresh"],
        "drivers/motor.py": ["permit.fresh"],  # used up: the driver only ever takes it away
    }


def test_the_last_word_is_read_in_an_afternoon():
    lines = sum(len(path.read_text().splitlines()) for path in FILES)
    assert lines <= 1_000
