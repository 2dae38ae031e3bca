"""The road to the clinic: sealed records up, sealed commands down. Slices outside the frame; may allocate, may never delay the frame.

May import: `firmware.storage`, `firmware.therapy`, `firmware.safety`, `shared`. A pump without any link stays complete and safe.

- session.py     the parts of the link, put together once at boot
- courier.py     frames on the byte pipe: hello, heartbeat, one record of each lane in flight
- sealer.py      numbers and seals what goes up
- telemetry.py   what the pump tells of itself, once a second
- reports.py     telemetry, events and receipts: what is sent and what is kept while nobody listens
- challenge.py   freshness that the pump itself issues
- commands.py    opens, checks and carries out what comes down
- signatures.py  two clinicians' signatures, verified in slices
"""
