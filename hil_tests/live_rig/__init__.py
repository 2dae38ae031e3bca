"""A rig that keeps pace with the wall clock: the pumps of `make run`. Started by hil_tests.live.

    pacing    how far simulated time should be by now
    bridge    the link's bytes to and from the hub's TCP server
    keeper    the plant on disk, so that a second run goes on
    commands  what can be asked of a live pump
    control   the unix socket that tools.bench talks to
    pump      one pump: rig, bridge and control in one loop
    sockets   unix sockets whose path may be long

May import: hil_tests.rig, hil_tests.plant, shared.codes. Imported by hil_tests.live and tools.bench.
"""
