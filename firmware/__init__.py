"""The pump. MicroPython 1.29; one cyclic executive, no asyncio, no threads.

May import: `shared`. May not import: hub, clinic, tools, hil_tests. Nothing here knows of simulation.
Open the files in this order to follow a stroke: main, executive, safety/gate, drivers/motor.
"""
