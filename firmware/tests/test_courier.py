"""Frames on the byte pipe: hello, heartbeat, three lanes, loss and return."""

from firmware.link import courier as courier_module
from firmware.link.courier import EVENTS, RECEIPTS, SAMPLES, Courier
from firmware.tests.link_uart import Uart
from shared import framing, messages
from shared.codes import Link, Urgency

PUMP_ID = bytes(range(16))


def linked():
    uart = Uart()
    courier = Courier(uart, PUMP_ID, 3)
    courier.slice(0)
    uart.welcome()
    courier.slice(100)
    assert courier.linked
    uart.taken()
    return uart, courier


def kinds(uart):
    return [kind for kind, _ in uart.taken()]


def test_hello_comes_first_and_every_two_seconds_until_welcome():
    uart = Uart()
    courier = Courier(uart, PUMP_ID, 3)
    courier.put(SAMPLES, b"sealed", Urgency.ROUTINE)
    times = []
    for now_ms in range(0, 6_100, 100):
        courier.slice(now_ms)
        for kind, body in uart.taken():
            assert kind == Link.HELLO
            hello = messages.parse_hello(body)
            assert hello.pump_id == PUMP_ID and hello.boot == 3
            times.append(now_ms)
    assert times == [0, 2_000, 4_000, 6_000]
    uart.welcome()
    courier.slice(6_200)
    assert kinds(uart) == [Link.RECORD]


def test_before_welcome_nothing_from_the_hub_counts():
    uart = Uart()
    courier = Courier(uart, PUMP_ID, 3)
    courier.put(EVENTS, b"sealed", Urgency.EVENT)
    uart.stored(1)
    uart.give_frame(Link.COMMAND, messages.pack_command_frame(b"command"))
    uart.give_frame(Link.PONG, messages.pack_number(1))
    courier.slice(0)
    assert not courier.linked and courier.commands == [] and courier.stored == []
    assert not courier.free(EVENTS)


def test_garbage_between_frames_is_dropped_and_the_frames_are_found():
    uart, courier = linked()
    frame = framing.encode(Link.COMMAND, messages.pack_command_frame(b"command"))
    broken = bytearray(frame)
    broken[9] ^= 1
    uart.give(b"\xa5\x5a\xff\xa5" + b"noise" * 20 + bytes(broken) + frame)
    uart.give_frame(Link.STORED, b"\xff")
    uart.give_frame(99, b"")
    for _ in range(3):
        courier.slice(200)
    assert courier.commands == [b"command"]
    assert courier.linked


def test_a_record_is_repeated_after_four_seconds_with_the_same_bytes_until_stored():
    uart, courier = linked()
    courier.put(EVENTS, b"sealed", Urgency.ALARM)
    sent = []
    for now_ms in range(200, 8_400, 100):
        uart.give_frame(Link.PONG, messages.pack_number(1))
        courier.slice(now_ms)
        sent += [(now_ms, record) for record in uart.records()]
    assert [at_ms for at_ms, _ in sent] == [200, 4_200, 8_200]
    assert sent[0][1] == sent[1][1] == sent[2][1]
    assert sent[0][1].urgency == Urgency.ALARM and sent[0][1].frame == b"sealed"
    uart.stored(sent[0][1].link_seq)
    courier.slice(8_400)
    assert courier.free(EVENTS) and courier.stored == [EVENTS]


def test_stored_of_another_number_frees_nothing():
    uart, courier = linked()
    courier.put(EVENTS, b"one", Urgency.EVENT)
    courier.put(RECEIPTS, b"two", Urgency.EVENT)
    courier.slice(200)
    for wrong in (0, 3, 4_000_000_000):
        uart.stored(wrong)
    courier.slice(300)
    assert courier.stored == [] and not courier.free(EVENTS) and not courier.free(RECEIPTS)
    uart.stored(2)
    courier.slice(400)
    assert courier.stored == [RECEIPTS] and not courier.free(EVENTS)
    uart.stored(2)
    courier.slice(500)
    assert courier.stored == [RECEIPTS]


def test_each_lane_has_one_record_in_flight_and_none_waits_for_another():
    uart, courier = linked()
    courier.put(SAMPLES, b"sample", Urgency.ROUTINE)
    courier.slice(200)
    courier.put(EVENTS, b"alarm", Urgency.ALARM)
    courier.put(RECEIPTS, b"receipt", Urgency.EVENT)
    courier.slice(300)
    sent = uart.records()
    assert [record.frame for record in sent] == [b"sample", b"alarm", b"receipt"]
    assert [record.link_seq for record in sent] == [1, 2, 3]
    assert not courier.free(SAMPLES)


def test_three_unanswered_pings_lose_the_link_and_hello_begins_again():
    uart, courier = linked()
    courier.put(EVENTS, b"sealed", Urgency.EVENT)
    pings = []
    lost_ms = None
    for now_ms in range(200, 40_000, 100):
        courier.slice(now_ms)
        for kind, _ in uart.taken():
            if kind == Link.PING:
                pings.append(now_ms)
            if kind == Link.HELLO and lost_ms is None:
                lost_ms = now_ms
    # the connection was made at 0, in the slice of the hello
    assert pings == [5_000, 10_000, 15_000]
    assert not courier.linked
    assert lost_ms in (20_000, 20_100)
    assert not courier.free(EVENTS)
    uart.welcome()
    courier.slice(40_000)
    assert [record.link_seq for record in uart.records()] == [1]
    assert courier.linked


def test_an_answered_ping_keeps_the_link():
    uart, courier = linked()
    for now_ms in range(200, 120_000, 100):
        courier.slice(now_ms)
        for kind, body in uart.taken():
            assert kind == Link.PING
            uart.give_frame(Link.PONG, body)
    assert courier.linked


def test_a_second_welcome_sends_what_is_in_flight_again():
    # The hub has restarted, or a second one has taken the pipe: it may not have what the first one got.
    uart, courier = linked()
    courier.put(EVENTS, b"sealed", Urgency.EVENT)
    courier.slice(200)
    assert len(uart.records()) == 1
    uart.welcome()
    courier.slice(300)
    assert [record.frame for record in uart.records()] == [b"sealed"]


def test_a_full_send_buffer_loses_nothing():
    uart, courier = linked()
    courier.put(EVENTS, b"sealed", Urgency.EVENT)
    for room, now_ms in ((0, 200), (5, 4_200)):
        uart.room = room
        courier.slice(now_ms)
        assert uart.records() == []
    uart.room = None
    courier.slice(8_200)
    assert [record.frame for record in uart.records()] == [b"sealed"]


def test_a_flood_of_commands_is_bounded():
    uart, courier = linked()
    for number in range(20):
        uart.give_frame(Link.COMMAND, messages.pack_command_frame(bytes((number,))))
    read = 0
    while uart.any():
        before = uart.any()
        courier.slice(200)
        assert before - uart.any() <= courier_module.READ_BYTES
        read += 1
    assert courier.commands == [b"\x00", b"\x01", b"\x02", b"\x03"]
