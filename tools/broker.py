"""The embedded MQTT 5 broker of one machine: `python -m tools.broker --port 18830`.

It is iotcore (rumqttd) with our own configuration, because its default listener speaks MQTT 3.1.1 only. It ignores
client certificates even when a CA is configured, and it forgets everything when it stops; both were measured. So it
listens on the loopback address and on nothing else. A hub that is not on the clinic's machine needs mosquitto with
client certificates.
"""

from __future__ import annotations

import argparse
import logging
import os
import signal
import socket
import sys
import tempfile
import threading
from ipaddress import ip_address
from pathlib import Path

from iotcore import IotCoreBroker

DEFAULT_HOST = "127.0.0.1"
DEFAULT_PORT = 18830

WHY_LOOPBACK = (
    "the embedded broker lets in clients without a certificate, so it listens on loopback only; "
    "use mosquitto with client certificates for other machines"
)

# 64 sealed records of 1,200 bytes and their headers are 80 kB; four times that leaves room.
MAX_PAYLOAD_BYTES = 320_000
# What one topic may keep for slow readers: 10 segments of 8 MB, the oldest dropped first.
SEGMENT_BYTES = 8_000_000
SEGMENTS = 10

CONFIG = """\
id = 0

[router]
id = 0
max_connections = 1000
max_outgoing_packet_count = 200
max_segment_size = {segment_bytes}
max_segment_count = {segments}

[v5.1]
name = "vigil"
listen = "{host}:{port}"
next_connection_delay_ms = 1
    [v5.1.connections]
    connection_timeout_ms = 10000
    max_payload_size = {payload_bytes}
    max_inflight_count = 200
    dynamic_filters = true
"""


class Refused(Exception):
    """A sentence for a person; the process ends with code 2."""


def check_address(host: str, port: int) -> None:
    """Refuse every address but a loopback IPv4 one, and every port that cannot be listened on."""
    try:
        address = ip_address(host)
    except ValueError:
        raise Refused(f"host {host!r} is not an IP address; {WHY_LOOPBACK}") from None
    if address.version != 4 or not address.is_loopback:
        raise Refused(f"host {host} is refused: {WHY_LOOPBACK}")
    if not 1 <= port <= 65_535:
        raise Refused(f"port {port} is not between 1 and 65535")
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise Refused(f"port {port} on {host}: {os.strerror(error.errno or 0)}") from None


def config_text(host: str, port: int) -> str:
    """The broker's configuration for a checked address."""
    return CONFIG.format(
        host=host,
        port=port,
        payload_bytes=MAX_PAYLOAD_BYTES,
        segment_bytes=SEGMENT_BYTES,
        segments=SEGMENTS,
    )


def serve(host: str, port: int) -> int:
    """Run until SIGTERM or SIGINT. The exit code: 0 after a signal, 1 if the broker ended by itself."""
    check_address(host, port)
    logging.basicConfig(level="WARNING", format="%(levelname)s %(name)s: %(message)s")
    # rumqttd reports every packet through error spans; at any other level the log is a flood.
    logging.getLogger("rumqttd").setLevel(logging.CRITICAL)
    stop = threading.Event()
    failed = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())

    with tempfile.TemporaryDirectory(prefix="vigil-broker-") as folder:
        config = Path(folder) / "broker.toml"
        config.write_text(config_text(host, port))
        broker = IotCoreBroker(config_path=str(config))

        def run() -> None:
            try:
                broker.run_forever()
            except (OSError, RuntimeError) as error:
                print(f"broker: {error}", file=sys.stderr, flush=True)
            failed.set()
            stop.set()

        threading.Thread(target=run, name="broker", daemon=True).start()
        print(f"broker: MQTT 5 on {host}:{port}", flush=True)
        # A wait without end keeps CPython from running the signal handler at once on some systems.
        while not stop.wait(1.0):
            pass
    return 1 if failed.is_set() else 0


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tools.broker", description=__doc__)
    parser.add_argument("--host", default=DEFAULT_HOST)
    parser.add_argument("--port", type=int, default=DEFAULT_PORT)
    options = parser.parse_args(arguments)
    try:
        return serve(options.host, options.port)
    except Refused as refusal:
        print(f"broker: {refusal}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    code = main()
    sys.stdout.flush()
    sys.stderr.flush()
    # The Rust broker has no stop call: its threads end with the process.
    os._exit(code)
