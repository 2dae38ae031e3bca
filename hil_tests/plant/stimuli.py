"""What can be done to a plant: one table, read by plant, scenarios, live rig and documentation."""

from __future__ import annotations

from collections.abc import Mapping

PLACES = ("distal", "proximal")
SENSORS = ("downstream", "upstream", "encoder")

Allowed = tuple[int, int] | tuple[str, ...]  # low and high, or the choices
Values = dict[str, tuple[int | str | None, Allowed]]  # default, or None when it must be given

# name -> what it does, its values
STIMULI: dict[str, tuple[str, Values]] = {
    "occlude": (
        "narrow the line by percent: distal is at the cannula, proximal between bag and pump",
        {"place": ("distal", PLACES), "percent": (100, (0, 100))},
    ),
    "release": ("open every narrowed place", {}),
    "air": (
        "let one bubble into the tube 10 uL before the air detector",
        {"volume_nl": (None, (100, 1_000_000))},
    ),
    "empty": ("empty the bag; it collapses and later sucks air", {}),
    "refill": ("hang a full bag", {"volume_ml": (250, (1, 1_000))}),
    "battery": ("set the charge of the battery", {"permille": (None, (0, 1_000))}),
    "charger": ("put the pump on its dock (1) or take it off (0)", {"on": (1, (0, 1))}),
    "posture": (
        "raise (+) or lower (-) the site against the pump; hydrostatic step",
        {"cm": (None, (-60, 60))},
    ),
    "mute": ("a sensor no longer answers on its bus", {"sensor": (None, SENSORS)}),
    "unmute": ("the sensor answers again", {"sensor": (None, SENSORS)}),
    "stall": ("block the roller", {}),
    "unstall": ("free the roller", {}),
    "door": (
        "open or close the door: open, the rollers pump nothing",
        {"to": ("open", ("open", "close"))},
    ),
    "cassette": (
        "take the cassette out or put it in: out, nothing is pumped, and its own clamp keeps the tube shut",
        {"to": ("out", ("out", "in"))},
    ),
    "bag": (
        "take the bag off its hook or hang it: off, it gives nothing",
        {"to": ("off", ("off", "on"))},
    ),
    "heat": (
        "set the temperature of the skin face, 1/100 degree Celsius",
        {"centi_c": (None, (-2_000, 9_000))},
    ),
}


def check_stimulus(name: str, values: Mapping[str, object]) -> dict[str, int | str]:
    """Give the values with defaults filled in, or raise ValueError with one sentence."""
    if name not in STIMULI:
        raise ValueError(f"unknown stimulus '{name}'; known are {', '.join(STIMULI)}")
    return check_values(name, STIMULI[name][1], values)


def check_values(name: str, wanted: Values, values: Mapping[str, object]) -> dict[str, int | str]:
    """The values of `name` against its row of a table such as STIMULI. ValueError: one sentence."""
    for key in values:
        if key not in wanted:
            takes = f"takes {', '.join(wanted)}" if wanted else "takes no values"
            raise ValueError(f"'{name}' {takes}, not '{key}'")
    checked: dict[str, int | str] = {}
    for key, (default, allowed) in wanted.items():
        value = values.get(key, default)
        if value is None:
            raise ValueError(f"'{name}' needs '{key}' ({_allowed(allowed)})")
        if type(allowed[0]) is str:
            if value not in allowed:
                raise ValueError(f"'{key}' of '{name}' is {value!r}; allowed: {_allowed(allowed)}")
        elif type(value) is not int:
            raise ValueError(f"'{key}' of '{name}' must be a whole number, not {value!r}")
        elif not allowed[0] <= value <= allowed[1]:  # pyright: ignore[reportOperatorIssue]
            raise ValueError(f"'{key}' of '{name}' is {value}; allowed: {_allowed(allowed)}")
        checked[key] = value  # pyright: ignore[reportArgumentType]
    return checked


def _allowed(allowed: Allowed) -> str:
    if type(allowed[0]) is str:
        return " or ".join(str(item) for item in allowed)
    return f"{allowed[0]} to {allowed[1]}"
