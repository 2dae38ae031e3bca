"""Power-on evidence to faults (SR-068, SR-069)."""

from firmware.safety import faults, selftest


def good() -> dict:
    return {name: passes for name, passes, _ in selftest.CHECKS}


def test_a_pump_whose_evidence_is_complete_and_good_has_no_fault():
    bits = faults.Faults()
    assert selftest.judge(good(), bits) == []
    assert bits.latched == 0


def test_each_check_by_itself_latches_its_fault():
    for name, passes, fault in selftest.CHECKS:
        evidence = good()
        evidence[name] = not passes
        bits = faults.Faults()
        assert selftest.judge(evidence, bits) == [name]
        assert bits.latched == 1 << fault


def test_missing_evidence_and_what_only_looks_true_have_failed():
    for name, _, fault in selftest.CHECKS:
        for instead in (None, 1, 0, "yes"):
            evidence = good()
            evidence[name] = instead
            bits = faults.Faults()
            assert selftest.judge(evidence, bits) == [name]
            assert bits.latched == 1 << fault
    bits = faults.Faults()
    assert len(selftest.judge({}, bits)) == len(selftest.CHECKS)


def test_every_failed_check_is_told_not_only_the_first():
    evidence = good()
    evidence["display_answers"] = False
    evidence["sounder_draws_current"] = False
    bits = faults.Faults()
    assert selftest.judge(evidence, bits) == ["sounder_draws_current", "display_answers"]
    assert bits.latched == 1 << faults.SELFTEST_SOUNDER | 1 << faults.SELFTEST_DISPLAY
