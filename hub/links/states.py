"""The states of one pump connection and the reasons why it ends, with a sentence each."""

from __future__ import annotations

from enum import Enum


class LinkState(Enum):
    """Where a connection is. It only ever moves down this list."""

    ACCEPTED = "somebody connected and has not said which pump it is"
    OPEN = "the pump said who it is and was welcomed; records are taken, commands are written"
    CLOSED = "the connection ended and will not be used again"


class CloseReason(Enum):
    """Why a connection ended. The name goes into the log, the sentence explains it."""

    PEER_CLOSED = "the pump closed the connection"
    PEER_LOST = "the network reported the connection as broken"
    HELLO_LATE = "no HELLO came within the deadline"
    SILENT = "nothing whole was heard for longer than three pings"
    OTHER_PUMP = "a second HELLO named another pump"
    REPLACED = "the same pump connected again"
    SLOW_READER = "the pump does not read what is written to it"
    TOO_MANY = "as many connections are open as the hub takes"
    SHUTDOWN = "the hub stops"
