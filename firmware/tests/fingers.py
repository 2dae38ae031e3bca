"""A person at the keys: presses, holds and waits in frames, and a glass that shows every page at once unless it is dead."""

from firmware.panel.key_actions import Action
from firmware.panel.keypad import Keypad
from shared.codes import Key, State


class Fingers:
    """state, waiting, drawn: what the pump says in the next frames. last: keys down. actions: all that were asked for, NONE left out."""

    def __init__(self, state=State.RUNNING):
        self.keypad = Keypad()
        self.state = state
        self.waiting = -1
        self.drawn = -1
        self.glass = True
        self.last = 0
        self.actions = []
        self.wait(1)

    def frame(self, mask, frames=1):
        """One sample of the keys, one frame. The action."""
        pressed = mask & ~self.last
        self.last = mask
        action = self.keypad.judge(pressed, mask, self.state, self.waiting, self.drawn, frames)
        self.keypad.drawn_view = self.keypad.view() if self.glass else -1
        if action != Action.NONE:
            self.actions.append(action)
        return action

    def hold(self, keys, frames):
        """Some keys down together for some frames. What the first frame asked for."""
        mask = 0
        for key in keys:
            mask |= 1 << key
        first = self.frame(mask)
        for _ in range(frames - 1):
            self.frame(mask)
        return first

    def tap(self, *keys):
        """One key after the other, each for two frames. What the last of them asked for."""
        action = Action.NONE
        for key in keys:
            action = self.hold((key,), 2)
            self.wait(1)
        return action

    def wait(self, frames):
        for _ in range(frames):
            self.frame(0)

    def took(self):
        """The actions since the last call."""
        taken, self.actions = self.actions, []
        return taken

    # Ways through the pages, in states where they lead there.

    def menu(self):
        self.hold((Key.OK,), 21)
        self.wait(1)

    def clinician(self):
        """Past the code 0000."""
        self.menu()
        for _ in range(8):
            if self.keypad.item == 3:
                break
            self.tap(Key.DOWN)
        self.tap(Key.OK)
        self.tap(Key.OK, Key.OK, Key.OK, Key.OK)
        self.keypad.code_result(True)
        self.wait(1)
