"""One device a file, at register level, for the parts of docs/HARDWARE.md. Constructors take buses and pins, never pin numbers.

May import: `firmware.safety` (limits, permit), `shared.codes`, `machine`, `framebuf`. May not import: boards, therapy, alarms, storage, link, panel.

Rules. F = may be called in the frame: it allocates nothing and uses small integers only, as long as the device answers (an `OSError`
of a silent device is caught, and costs one exception object). A device that does not answer gives `valid = False`, counts in `errors`
and keeps no old value as fresh.

    motor.Motor           F step(permit) -> int steps that will be made     F enable() -> bool     F disable()     F stalled() -> bool
                          F prepared(steps) -> bool    prepare(steps)
                          .enabled .waits .stale_refused .unprepared_refused .range_refused .disabled_refused
                          `prepare(floor_steps)` keeps one rate; 12 KiB for the fastest on a 64-bit interpreter, 6 KiB on the chip.
                          `enable` is False while an old train still runs.
    deadman.Deadman       F toggle()    F charged() -> bool
    encoder.Encoder       F sample() -> valid     .valid .angle .position .delta .errors           use `delta`: it has no wrap (`position` wraps at 2^29, 7.8 L)
    pressure.Pressure     F sample() -> valid     .valid .pressure_pa .saturated .fault .age_frames .errors
    air.AirDetector       F sample() -> valid     .valid .level_mv .wet      F self_test_start()    F self_test_finish() -> bool (one frame later)
    fuel_gauge.FuelGauge  F sample() -> valid     .valid .cell_mv .permille .crate_permille_h .errors     present() -> bool
    fram.Fram             read_into(address, buf) -> bool      write(address, buf <= 32) -> bool     .errors     allocation-free too
    buzzer.Buzzer         F tone(hz)    F off()    F drawing() -> bool
    light.Light           F set(red, green, blue)                            parts of 255
    display.Display       init() -> bool    flush_page(0..7) -> bool    dim(wanted) -> bool    .frame (FrameBuffer 128x64) .ok .lost .errors
                          after an error `flush_page` sets the chip up again and sets `lost`: send all pages then, and clear it
    buttons.Buttons       F sample() -> mask      .mask .pressed .released .stuck (bits of codes.Key)    F held_frames(key)    F held_ms(key)
    watchdog.Watchdog     start()    F feed()
    bus.Bus               recover() -> bool    .i2c .recoveries .held        outside the frame, when every device of a bus is silent
"""
