"""What survives a power cut. Everything here runs outside the frame: an erase of the flash can take tens of ms.

May import: `shared`, `vfs`, `esp32` (flash.py only). May not import: drivers, boards, therapy, link, panel; devices are handed in.

A write that failed returns False, None or 0 and leaves the old record in force; nothing raises for a bad flash.

    flash.mount() -> Mounted
        .ok .problem .error .path                         never formats
    flash.ring_partition() -> device | None
    slots.TwoSlots(path_a, path_b)
        load() -> bytes | None     save(bytes) -> bool     .sequence .damaged .errors
    settings.Settings(directory="/vigil", numbers=None)
        load() -> bool     start_boot() -> bool     reserve_sequences() -> (first, limit) | None
        accept_command(sequence) -> bool     activate_version(version) -> bool     calibrate(pl_per_step) -> bool
        .valid .pl_per_step .boot .sequence_limit .last_command .rx_version .clinician_code (0: none)
    prescription_store.PrescriptionStore(directory="/vigil")
        load() -> bool     save(version, signed, proof=b"") -> bool
        .version .signed .proof .hash (SHA-256 of signed, zeros without one) .damaged
    identity.load(directory="/vigil") -> Identity         raises IdentityError(.field)
        .pump_id .clinic_id .master .epoch .name .clinicians[n].key_id .public .role .person
    journal.Journal(directory="/vigil/log", event_segments=84, fault_segments=17)
        start(boot) -> bool     append(code, args, mono_ms) -> seq, 0 if not stored     read(seq) -> Event | None
        head() -> bytes32     mark_sent(seq)     save_cursor() -> bool
        .next_seq .first_seq .sent_seq .dropped .damaged .errors .faults (LogChain)      Event: .seq .boot .mono_ms .code .args
    log_chain.LogChain(directory, segments)
        start() -> bool     append(boot, mono_ms, code, args) -> seq | 0     read(seq) -> Event | None
        .next_seq .first_seq .head .damaged .errors
    dose_ring.DoseRing(fram)
        recover() -> Dose     begin(session) -> bool     advance(done_steps, upto_steps, frames) -> bool
        settle(done_steps, frames) -> bool     close_minute(steps) -> bool     close_quarter(steps) -> bool
        .valid .done_steps .reserved_steps .before_steps .errors
        Dose: .valid .blank .running .session .min_steps .max_steps .frames .minute_steps .quarter_steps (newest first)
    course_ring.CourseRing(fram)
        recover() -> tuple | None     save(values) -> bool     values as Course.snapshot gives them
        .errors
    number_ring.NumberRing(fram)
        recover() -> bool     put(number) -> bool     .last .errors
    flash_ring.FlashRing(device)                          in place of fram on a board without one
        read_into(address, buf) -> bool     write(address, buf) -> bool     .erases .errors
    journal_record, window_log, ring_record               their formats; pure

Order at boot: `flash.mount`, `Settings.load`, `Settings.start_boot`, `Journal.start(settings.boot)`, `DoseRing.recover`, `CourseRing.recover`,
`PrescriptionStore.load`, `identity.load`. After `recover` the session goes on from `max_steps`, and `advance` counts from there.
"""
