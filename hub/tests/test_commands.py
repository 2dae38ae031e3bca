"""The command shelf and the list of known pumps: pure, with time as an argument."""

from __future__ import annotations

from hub.commands import HOLD_MS, MAX_PUMPS, PROOF_AFTER_MS, CommandShelf
from hub.known_pumps import MAX_KNOWN, KnownPumps
from hub.tests.peers import pump_id

PUMP = pump_id(1)


def command_id(number: int) -> bytes:
    return number.to_bytes(16, "big")


def test_newest_command_replaces_the_waiting_one() -> None:
    shelf = CommandShelf()
    assert shelf.put(PUMP, command_id(1), b"old", 0)
    assert shelf.put(PUMP, command_id(2), b"new", 10)
    assert shelf.to_write(PUMP, 20) == b"new"
    assert shelf.to_write(PUMP, 30) is None
    assert shelf.replaced == 1


def test_command_is_held_for_600_s_and_not_a_millisecond_longer() -> None:
    shelf = CommandShelf()
    shelf.put(PUMP, command_id(1), b"a", 0)
    assert shelf.waiting(HOLD_MS) == 1
    assert shelf.to_write(PUMP, HOLD_MS) == b"a"
    shelf.put(PUMP, command_id(2), b"b", 0)
    assert shelf.to_write(PUMP, HOLD_MS + 1) is None
    assert shelf.expired == 1
    assert shelf.waiting(HOLD_MS + 1) == 0


def test_same_command_from_the_broker_twice_is_delivered_once() -> None:
    shelf = CommandShelf()
    assert shelf.put(PUMP, command_id(1), b"a", 0)
    assert shelf.to_write(PUMP, 0) == b"a"
    assert not shelf.put(PUMP, command_id(1), b"a", 1)
    assert shelf.to_write(PUMP, 2) is None
    assert shelf.duplicates == 1


def test_command_written_to_a_dying_link_goes_again_on_the_next() -> None:
    shelf = CommandShelf()
    shelf.put(PUMP, command_id(1), b"a", 0)
    assert shelf.to_write(PUMP, 0) == b"a"
    # Heard too soon: that may have been on its way before.
    shelf.heard(PUMP, PROOF_AFTER_MS - 1)
    shelf.link_lost(PUMP)
    assert shelf.to_write(PUMP, 5_000) == b"a"
    shelf.heard(PUMP, 5_000 + PROOF_AFTER_MS)
    shelf.link_lost(PUMP)
    assert shelf.to_write(PUMP, 9_000) is None


def test_each_pump_has_its_own_place_and_places_are_bounded() -> None:
    shelf = CommandShelf()
    for number in range(MAX_PUMPS + 10):
        shelf.put(pump_id(number), command_id(number), b"%d" % number, number)
    assert shelf.waiting(0) == MAX_PUMPS
    assert shelf.to_write(pump_id(9), 0) is None
    assert shelf.to_write(pump_id(10), 0) == b"10"
    assert shelf.to_write(pump_id(MAX_PUMPS), 0) == b"%d" % MAX_PUMPS


def test_links_tell_connected_and_last_heard_and_changes_raise_the_version() -> None:
    known = KnownPumps()
    known.connected(PUMP, 1, 1_000)
    assert known.version == 1
    known.heard(PUMP, 2_000)
    known.connected(PUMP, 1, 2_500)
    assert known.version == 1
    assert known.links() == [(PUMP, 1, 2_500)]
    known.disconnected(PUMP)
    known.disconnected(PUMP)
    assert known.version == 2
    assert known.links() == [(PUMP, 0, 2_500)]


def test_invented_pump_ids_push_out_absent_pumps_before_present_ones() -> None:
    known = KnownPumps()
    known.connected(PUMP, 1, 0)
    for number in range(2, MAX_KNOWN + 50):
        known.connected(pump_id(number), 1, 0)
        known.disconnected(pump_id(number))
    links = known.links()
    assert len(links) == MAX_KNOWN
    assert links[0] == (PUMP, 1, 0)
