"""What the patient sees and presses. Keys are judged in the frame; screens are drawn with framebuf, outside the frame, one display page a slice.

May import: `firmware.alarms`, `firmware.therapy`, `firmware.safety`, `shared`. May not import drivers: the display is handed in.

- keypad.py           one frame's keys in, one action out: guards, holds, child lock, time-outs
- key_actions.py      the numbers of actions and notices
- pages.py            the pages behind the keys and what a key does on each
- code_entry.py       the clinician's four digits
- model.py            what the screens show, as numbers; when it has changed
- filling.py          from the pump to the model
- screens.py          delivery, alarm, information pages
- menu_screens.py     menus, dialogues, code entry
- confirm_screens.py  a prescription to read, page by page
- letters.py          letters and signs from framebuf's 8x8 font
- figures.py          numbers with as many digits as they have
- panel.py            which screen, when to redraw, which page to send, what is on the glass
"""
