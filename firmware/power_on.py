"""What happens between power and the first frame: the self-test's evidence. Takes about 0.8 s; the motor stays off throughout."""

import time

DEADMAN_EDGES = 6
DEADMAN_EDGE_MS = 20
# The charge pump drops out 300 ms after its last edge, 400 ms at the latest (hardware reference).
DEADMAN_DROP_OUT_MS = 420
BEEP_HZ = 880
BEEP_MS = 60
SENSOR_SETTLE_MS = 10


def collect(board) -> dict:
    """Exercise each device once. Outside the frame; blocks for about 0.8 s."""
    evidence = {"deadman_dark_before_first_edge": not board.deadman.charged()}
    board.motor.disable()
    for _ in range(DEADMAN_EDGES):
        board.deadman.toggle()
        time.sleep_ms(DEADMAN_EDGE_MS)
    evidence["deadman_charges"] = board.deadman.charged()
    evidence["display_answers"] = board.display.init()
    board.buzzer.tone(BEEP_HZ)
    time.sleep_ms(BEEP_MS)
    evidence["sounder_draws_current"] = board.buzzer.drawing()
    board.buzzer.off()
    for _ in range(3):
        board.encoder.sample()
        board.downstream.sample()
        board.upstream.sample()
        board.air.sample()
        board.buttons.sample()
        time.sleep_ms(SENSOR_SETTLE_MS)
    board.gauge.sample()
    evidence["encoder_answers"] = board.encoder.valid
    evidence["downstream_answers"] = board.downstream.valid
    evidence["upstream_answers"] = board.upstream.valid
    time.sleep_ms(DEADMAN_DROP_OUT_MS)
    evidence["deadman_drops_out"] = not board.deadman.charged()
    return evidence
