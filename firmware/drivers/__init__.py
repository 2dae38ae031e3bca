"""One device a file, at register level, for the parts of docs/HARDWARE.md. Constructors take buses and pins, never pin numbers.

May import: `firmware.safety` (limits, permit), `shared.codes`, `machine`, `micropython`, `framebuf`.
May not import: boards, therapy, alarms, storage, link, panel.

A driver's own numbers are `const` with a leading underscore: the compiler puts them into the code, and they cost no heap.

Rules. F = may be called in the frame: it allocates nothing and uses small integers only, as long as the device answers (an `OSError`
of a silent device is caught, and costs one exception object). A device that does not answer gives `valid = False`, counts in `errors`
and keeps no old value as fresh.

    motor.Motor           F step(permit) -> int steps that will be made     F enable() -> bool     F disable()     F stalled() -> bool
                          F prepared(steps) -> bool    prepare(max_floor_steps)    shape(floor_steps)    .shaped_for
                          .enabled .waits .stale_refused .unprepared_refused .range_refused .disabled_refused
                          `prepare` once a prescription, for its fastest rate: 12 KiB for 100 mL/h on a 64-bit interpreter, 6 KiB on the chip.
                          `shape` outside the frame for each other rate, allocates nothing. `enable` is False while an old train still runs.
    deadman.Deadman       F toggle()    F charged() -> bool
    encoder.Encoder       F sample() -> valid     .valid .angle .position .delta .errors           use `delta`: it has no wrap (`position` wraps at 2^29, 7.8 L)
    pressure.Pressure     F sample() -> valid     .valid .pressure_pa .saturated .fault .age_frames .errors
    air.AirDetector       F sample() -> valid     .valid .level_mv .wet      F self_test_start()    F self_test_finish() -> bool (one frame later)
    contacts.Contacts     F read(count) -> levels                            shared by `fittings` and the pendant in `buttons`
    fittings.Fittings     F sample() -> open_mask     .open_mask .broken_mask (bits DOOR, CASSETTE, BAG)
    skin.Skin             F sample() -> valid     .valid .centi_c .errors                           once a second
    clock.Clock           F sample() -> valid     .valid .seconds .low_voltage .errors     F since(earlier_s) -> int      once a second
    fuel_gauge.FuelGauge  F sample() -> valid     .valid .cell_mv .permille .crate_permille_h .errors     present() -> bool
    fram.Fram             read_into(address, buf) -> bool      write(address, buf <= 32) -> bool     .errors     allocates at the first write of a length only
    buzzer.Buzzer         F tone(hz)    F off()    F drawing() -> bool
    reserve_sounder.ReserveSounder  F hold()    F release()    F charged() -> bool    F test() -> bool (second call, a frame later)    .testing
    haptics.Haptics       init() -> bool    F vibrate(on) -> bool    F self_test() -> bool (second call, 0.2 s later)    .ok .testing .errors
    light.Light           F set(red, green, blue)                            parts of 255
    display.Display       init() -> bool    flush_page(0..7) -> bool    dim(wanted) -> bool    .frame (FrameBuffer 128x64) .ok .lost .errors
                          after an error `flush_page` sets the chip up again and sets `lost`: send all pages then, and clear it
    buttons.Buttons       F sample() -> mask      .mask .pressed .released .stuck (bits of codes.Key) .pendant_broken
                          F held_frames(key)    F held_ms(key)
    watchdog.Watchdog     start()    F feed()
    bus.Bus               recover() -> bool    .i2c .recoveries .held        outside the frame, when every device of a bus is silent
"""
