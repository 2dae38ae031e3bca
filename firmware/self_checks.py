"""The self-tests of a pump that runs for days (SR-071): evidence from the drivers, a little each time; safety/periodic.py judges it.

Outside the frame. A test that is not made in time is a fault by itself.
"""

from firmware.safety import periodic

_SOUND_SAMPLES = 3  # in a row without current while the sounder is on
_RTC_EVERY = 10  # frames
DAY_S = 86_400


class SelfChecks:
    """board: drivers. executive: the frame, for the pump's state and its clock. program: storage.program.ProgramCheck."""

    def __init__(self, board, executive, program):
        self._board = board
        self._executive = executive
        self._pump = executive.pump
        self._periodic = periodic.Periodic(self._pump.faults)
        self._frames = 0
        self._rtc_frame_no = 0
        self._program = program
        self._silent_sound = 0
        self._air_testing = False

    def run(self):
        """Once after each frame; at most one test of a device a call."""
        self._periodic.tick(1)
        self._frames += 1
        self._sounder()
        if self._frames % _RTC_EVERY == 0:
            self._clock()
        if self._periodic.due(periodic.DISPLAY):
            self._tell(periodic.DISPLAY, self._board.display.ok, 0)
        elif self._air_testing:
            # The frame in between has sampled a detector without its drive.
            self._air_testing = False
            self._tell(periodic.AIR_DETECTOR, self._board.air.self_test_finish(), 0)
        elif self._periodic.due(periodic.AIR_DETECTOR):
            self._air_testing = True
            self._board.air.self_test_start()
        elif self._periodic.due(periodic.MEMORY_SWEEP):
            self._tell(periodic.MEMORY_SWEEP, self._pump.stores_agree(), 0)
        elif self._program is not None and self._periodic.due(periodic.PROGRAM_IMAGE):
            whole = self._program.step()
            if whole is not None:
                self._tell(periodic.PROGRAM_IMAGE, whole, self._program.files)

    def _sounder(self):
        """Whenever it sounds; it has to draw current."""
        if not self._pump.annunciator.sounding:
            self._silent_sound = 0
            return
        if self._board.buzzer.drawing():
            self._silent_sound = 0
            self._tell(periodic.SOUNDER, True, 0)
            return
        self._silent_sound += 1
        if self._silent_sound >= _SOUND_SAMPLES:
            self._tell(periodic.SOUNDER, False, self._silent_sound)

    def _clock(self):
        """Frames against the seconds of a clock that the frame does not drive (SR-110)."""
        executive, board_clock = self._executive, self._board.clock
        frames = executive.frame_no - self._rtc_frame_no
        self._rtc_frame_no = executive.frame_no
        board_clock.sample()
        executive.senses.clock.compare(
            frames, board_clock.seconds % DAY_S if board_clock.valid else -1
        )

    def _tell(self, check, passed, value):
        self._periodic.judge(check, passed, value, self._executive.frame_no)
