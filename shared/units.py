"""Conversions in whole numbers. Nothing is clipped; what rounds says how in its docstring.

Volumes are nL, rates nL/h, amounts of drug ng, concentrations ng/mL, weights g, pressures Pa.
"""

NL_PER_ML = 1_000_000
NG_PER_MG = 1_000_000
G_PER_KG = 1_000
# 1 mmHg is 133.322387 Pa (BIPM SI brochure).
_UPA_PER_MMHG = 133_322_387


def divide_round(dividend: int, divisor: int) -> int:
    """Nearest whole number, halves away from zero. `divisor` is positive."""
    if dividend < 0:
        return -divide_round(-dividend, divisor)
    return (2 * dividend + divisor) // (2 * divisor)


def divide_up(dividend: int, divisor: int) -> int:
    """Rounds upwards."""
    return -(-dividend // divisor)


def text_of(value: int, unit: int, decimals: int) -> str:
    """`value / unit` with a fixed number of decimals, halves away from zero."""
    scale = 10**decimals
    scaled = divide_round(value * scale, unit)
    sign = "-" if scaled < 0 else ""
    whole, rest = divmod(abs(scaled), scale)
    if decimals == 0:
        return sign + str(whole)
    digits = str(rest)
    return sign + str(whole) + "." + "0" * (decimals - len(digits)) + digits


def exact_text_of(value: int, unit: int) -> str:
    """`value / unit` for a unit that is a power of ten: every digit, no trailing zeros."""
    decimals = len(str(unit)) - 1
    if unit != 10**decimals:
        raise ValueError("unit is not a power of ten")
    text = text_of(value, unit, decimals)
    return text.rstrip("0").rstrip(".") if decimals else text


def ml_text(volume_nl: int, decimals: int = 1) -> str:
    """Volume for people, such as 7.0 for 7,000,000 nL. Also for mL/h from nL/h."""
    return text_of(volume_nl, NL_PER_ML, decimals)


def mg_text(amount_ng: int, decimals: int = 2) -> str:
    return text_of(amount_ng, NG_PER_MG, decimals)


def scaled_of(text: str, unit: int) -> int:
    """Exact reading of a decimal number in units of 1/`unit`, a power of ten.

    `scaled_of("7.05", 1_000_000)` is 7,050,000. ValueError for anything but digits, one point and
    a leading minus, and for more decimals than the unit has.
    """
    decimals = len(str(unit)) - 1
    if unit != 10**decimals:
        raise ValueError("unit is not a power of ten")
    negative = text[:1] == "-"
    digits = text[1:] if negative else text
    whole, point, rest = digits.partition(".")
    if not _all_digits(whole) or (point and not _all_digits(rest)) or len(rest) > decimals:
        raise ValueError("not a decimal number with at most " + str(decimals) + " decimals")
    number = int(whole + rest + "0" * (decimals - len(rest)))
    return -number if negative else number


def nl_of_ml_text(text: str) -> int:
    """nL from what a person wrote in mL, or nL/h from mL/h. ValueError, see `scaled_of`."""
    return scaled_of(text, NL_PER_ML)


def mmhg_of_pa(pressure_pa: int) -> int:
    """To the nearest mmHg."""
    return divide_round(pressure_pa * 1_000_000, _UPA_PER_MMHG)


def pa_of_mmhg(pressure_mmhg: int) -> int:
    """To the nearest Pa."""
    return divide_round(pressure_mmhg * _UPA_PER_MMHG, 1_000_000)


def dose_ng(volume_nl: int, conc_ng_ml: int) -> int:
    """Drug in a volume; also ng/h from nL/h. Rounds upwards: never less than was given."""
    return divide_up(volume_nl * conc_ng_ml, NL_PER_ML)


def dose_ng_kg_h(rate_nl_h: int, conc_ng_ml: int, weight_g: int) -> int:
    """Dose rate per kg. Rounds upwards."""
    return divide_up(rate_nl_h * conc_ng_ml * G_PER_KG, NL_PER_ML * weight_g)


def rate_nl_h_of(dose_rate_ng_kg_h: int, weight_g: int, conc_ng_ml: int) -> int:
    """The highest whole rate that does not exceed a dose rate. Rounds downwards."""
    return dose_rate_ng_kg_h * weight_g * NL_PER_ML // (G_PER_KG * conc_ng_ml)


def volume_nl_of(amount_ng: int, conc_ng_ml: int) -> int:
    """The largest whole volume that holds no more than an amount. Rounds downwards."""
    return amount_ng * NL_PER_ML // conc_ng_ml


def _all_digits(text: str) -> bool:
    return bool(text) and all("0" <= letter <= "9" for letter in text)
