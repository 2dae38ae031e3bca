"""Numbers as people read them, with no more digits than they have. Amounts are truncated: a screen never shows more than was given or is left."""


def millilitres(volume_nl: int) -> str:
    """Volume in mL: two decimals below 10 mL, one below 100, none above."""
    if volume_nl < 10_000_000:
        return "%d.%02d" % (volume_nl // 1_000_000, volume_nl % 1_000_000 // 10_000)
    if volume_nl < 100_000_000:
        return "%d.%d" % (volume_nl // 1_000_000, volume_nl % 1_000_000 // 100_000)
    return "%d" % (volume_nl // 1_000_000)


def rate(rate_nl_h: int) -> str:
    """Rate in mL/h: three decimals below 1 mL/h, so that the slowest one, 0.05, is told to a fiftieth; as `millilitres` above."""
    if 0 < rate_nl_h < 1_000_000:
        return "0.%03d" % (rate_nl_h // 1_000)
    return millilitres(rate_nl_h)


def change(before_nl_h: int, after_nl_h: int) -> str:
    """What a new rate is against the one before, at most 16 letters: "was 7.00 +12%"."""
    if before_nl_h == 0:
        return "first rate"
    percent = (after_nl_h - before_nl_h) * 100 // before_nl_h
    return "was %s %s" % (rate(before_nl_h), "%+d%%" % percent if percent < 1_000 else ">10x")


def hours_minutes(minutes: int) -> str:
    return "%dh%02d" % (minutes // 60, minutes % 60)


def wait(seconds: int) -> str:
    """How long something still takes, rounded up: "8 min", "2h05". Never promises too early."""
    minutes = (seconds + 59) // 60
    return "%d min" % minutes if minutes < 100 else hours_minutes(minutes)


def minutes_seconds(seconds: int) -> str:
    """A time that has to be exact: "30m00"; from 100 minutes on, if it is whole minutes, "2h00"."""
    if seconds >= 6_000 and seconds % 60 == 0:
        return hours_minutes(seconds // 60)
    return "%dm%02d" % (seconds // 60, seconds % 60)


def kilograms(weight_g: int) -> str:
    if weight_g < 100_000:
        return "%d.%d" % (weight_g // 1_000, weight_g % 1_000 // 100)
    return "%d" % (weight_g // 1_000)


def milligrams(amount_ng: int) -> str:
    """ng in mg with as many decimals as it has."""
    text = "%d.%06d" % (amount_ng // 1_000_000, amount_ng % 1_000_000)
    return text.rstrip("0").rstrip(".")
