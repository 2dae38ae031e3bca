"""What the patient sees and presses. Screens are drawn with framebuf, outside the frame, one display page a slice.

May import: `firmware.alarms`, `firmware.therapy`, `firmware.safety`, `shared`. May not import drivers: the display is handed in.

- letters.py   enlarged letters from framebuf's 8x8 font; numbers with their units
- screens.py   one function a screen: a model in, pixels out
- panel.py     which screen, when to redraw, which page to send
"""
