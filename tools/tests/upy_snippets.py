"""For each rule of the MicroPython linter: programs that trip it and programs that look alike and do not.

Those that trip a rule about the language (UPY1.., UPY2..) are run on both interpreters by test_check_upy.py, which
asks that the two behave differently: a rule stands for a fact, not for a taste. In a program `done()` prints.
"""

FIRMWARE = "firmware/link/part.py"

# rule: (path of the file, programs that trip it, programs that do not)
SNIPPETS: dict[str, tuple[str, tuple[str, ...], tuple[str, ...]]] = {
    "UPY101": (
        FIRMWARE,
        ("match 1:\n    case 1:\n        print('one')\n",),
        ("match = 1\nprint(match)\n",),
    ),
    "UPY102": (
        FIRMWARE,
        ("def f(a, /, b):\n    return a\nprint(f(1, 2))\n", "print((lambda a, /: a)(1))\n"),
        ("def f(a, *, b):\n    return a\nprint(f(1, b=2))\n",),
    ),
    "UPY103": (
        FIRMWARE,
        (
            "a = {1: 2}\nprint({**a})\n",
            "a = [1]\nprint([*a, 2])\n",
            "a = [1]\nprint((*a, 2))\n",
            "a = [1]\nprint({*a, 2})\n",
        ),
        (
            "a = [1]\nprint(*a, 2)\n",
            "first, *rest = [1, 2, 3]\nprint(rest)\n",
            "[first, *rest] = [1, 2, 3]\nprint(rest)\n",
            "def f(**k):\n    return k\nprint(f(**{'a': 1}))\n",
            "print({1: 2}, [3], (4,))\n",
        ),
    ),
    "UPY104": (
        FIRMWARE,
        (
            (
                "class C:\n    def __enter__(self):\n        return 1\n    def __exit__(self, *a):\n        pass\n"
                "with (C() as a, C() as b):\n    print(a, b)\n"
            ),
            (
                "class C:\n    def __enter__(self):\n        return 1\n    def __exit__(self, *a):\n        pass\n"
                "with (\n    C() as a,\n    C() as b\n):\n    print(a, b)\n"
            ),
        ),
        (
            (
                "class C:\n    def __enter__(self):\n        return 1\n    def __exit__(self, *a):\n        pass\n"
                "with C() as a, C() as b:\n    print(a, b)\n"
            ),
            (
                "class C:\n    def __enter__(self):\n        return 1\n    def __exit__(self, *a):\n        pass\n"
                "with (C()) as a:\n    print(a)\n"
            ),
        ),
    ),
    "UPY105": (
        FIRMWARE,
        ("try:\n    print(1)\nexcept* ValueError:\n    print(2)\n",),
        ("try:\n    print(1)\nexcept ValueError:\n    print(2)\n",),
    ),
    "UPY106": (
        FIRMWARE,
        (
            (
                "try:\n    try:\n        [][1]\n    except IndexError as e:\n        raise ValueError(1) from e\n"
                "except ValueError as e:\n    print(getattr(e, '__cause__', None) is None)\n"
            ),
        ),
        ("try:\n    raise ValueError(1)\nexcept ValueError as e:\n    print(e)\n",),
    ),
    "UPY107": (
        FIRMWARE,
        (
            "async def f():\n    pass\n",
            "def f():\n    return [x async for x in y]\n",
        ),
        ("def f():\n    return [x for x in (1, 2)]\nprint(f())\n",),
    ),
    "UPY108": (
        FIRMWARE,
        ("def d(f):\n    return f\nall_of = [d]\n@all_of[0]\ndef g():\n    pass\nprint(1)\n",),
        (
            "def d(f):\n    return f\n@d\ndef g():\n    pass\nprint(1)\n",
            "class A:\n    def make(n):\n        return lambda f: f\n@A.make(1)\ndef g():\n    pass\nprint(1)\n",
        ),
    ),
    "UPY109": (
        FIRMWARE,
        ("class M(type):\n    pass\nclass A(metaclass=M):\n    pass\nprint(1)\n",),
        ("class B:\n    pass\nclass A(B):\n    pass\nprint(1)\n",),
    ),
    "UPY110": (
        FIRMWARE,
        (
            "class A:\n    def __init_subclass__(cls):\n        print('called')\nclass B(A):\n    pass\n",
            "class A:\n    def __class_getitem__(cls, k):\n        return k\nprint(A[1])\n",
        ),
        ("class A:\n    def __init__(self):\n        print('called')\nA()\n",),
    ),
    "UPY111": (
        FIRMWARE,
        ("print(f'{(lambda x: x)(3)}')\n",),
        ("g = lambda x: x\nprint(f'{g(3)}')\n",),
    ),
    "UPY112": (
        FIRMWARE,
        ("print(f'{1!a}')\n",),
        ("print(f'{1!r}', f'{1}', f'{1!s}')\n",),
    ),
    "UPY113": (
        FIRMWARE,
        (
            "a = 1\nprint(f'{a}' 'b{c}')\n",
            "a = 1\nprint('b{c}' f'{a}')\n",
            "a = 1\nprint(f'{a}' 'b}')\n",
            "a = 1\nprint(f'{a}' 'b{')\n",
        ),
        (
            "a = 1\nprint(f'{a}' 'b' f'{a}')\n",
            "a = 1\nprint(f'{a}' + 'b{c}')\n",
            "print('b{c}' 'd{e}')\n",
        ),
    ),
    "UPY201": (
        FIRMWARE,
        ("import dataclasses\nprint(1)\n", "from typing import Protocol\nprint(1)\n"),
        ("import struct\nfrom shared import codes\nprint(struct.calcsize('>I'))\n",),
    ),
    "UPY202": (
        FIRMWARE,
        (
            "from collections import defaultdict\nprint(1)\n",
            "from collections import Counter, deque\nprint(1)\n",
        ),
        ("from collections import deque, namedtuple\nprint(1)\n",),
    ),
    "UPY203": (
        FIRMWARE,
        (
            "print('abc'.removeprefix('a'))\n",
            "print((5).bit_length())\n",
            "from collections import namedtuple\nprint(namedtuple('N', ('a',))(1)._replace(a=2))\n",
        ),
        (
            "removeprefix = 1\nprint(removeprefix)\n",
            "def ljust(x):\n    return x\nprint(ljust('a'))\n",
            "def xljust(x):\n    return x\nprint(xljust('a'))\n",
            "print('abc'.upper())\n",
        ),
    ),
    "UPY204": (
        FIRMWARE,
        (
            (
                "def f():\n    raise TimeoutError\n"
                "try:\n    f()\nexcept Exception as e:\n    print(type(e).__name__)\n"
            ),
        ),
        (
            "class TimeoutError(Exception):\n    pass\nprint(TimeoutError().args)\n",
            "def f(format):\n    return format\nprint(f(1))\n",
            "vars = 3\nprint(vars)\n",
            "def ascii():\n    return 1\nprint(ascii())\n",
            "print(OSError(2).args)\n",
        ),
    ),
    "UPY205": (
        FIRMWARE,
        ("def f():\n    'words'\nprint(f.__doc__)\n",),
        ("def f():\n    'words'\nprint(f.__name__)\n", "__doc__ = 'words'\nprint(__doc__)\n"),
    ),
    "UPY206": (
        FIRMWARE,
        ("print(list(zip([1], [2], strict=True)))\n", "print('a b'.split(maxsplit=1))\n"),
        ("print(list(zip([1], [2])))\n", "print('a b'.split(None, 1))\n", "print(1, end='')\n"),
    ),
    "UPY207": (
        FIRMWARE,
        (
            "print(isinstance(True, int))\n",
            "print(isinstance(True, (int, str)))\n",
        ),
        (
            "print(type(True) is int)\n",
            "print(isinstance('a', str), isinstance('a', (bytes, str)))\n",
            "print(issubclass(str, int))\n",
        ),
    ),
    "UPY208": (
        FIRMWARE,
        ("print(isinstance('a', bytes | str))\n",),
        ("print(isinstance('a', (bytes, str)))\n", "print(1 | 2)\n"),
    ),
    "UPY209": (
        FIRMWARE,
        (
            "print(int.from_bytes(b'\\xff', 'big', signed=True))\n",
            "print(int.from_bytes(b'\\xff', byteorder='big'))\n",
            "print(int.from_bytes(b'\\xff', 'big', True))\n",
        ),
        ("print(int.from_bytes(b'\\xff', 'big'))\n", "print((5).to_bytes(2, 'big'))\n"),
    ),
    "UPY210": (
        FIRMWARE,
        ("print(b'abc'[::-1])\n", "print((1, 2, 3)[0:3:2])\n"),
        ("print(b'abc'[1:], b'abc'[1:2], list(range(0, 9, 2)))\n",),
    ),
    "UPY211": (
        FIRMWARE,
        (
            "b = bytearray(b'abc')\ndel b[:2]\nprint(b)\n",
            "b = bytearray(b'abc')\nd = {1: 2}\ndel d[1], b[:2]\nprint(b)\n",
        ),
        (
            "b = bytearray(b'abc')\nb[:2] = b''\nprint(b)\n",
            "d = {1: 2}\ndel d[1]\nprint(d)\n",
            "a = 1\ndel a\nprint(2)\n",
        ),
    ),
    "UPY212": (
        FIRMWARE,
        (
            "a = [(1, 2), (1, 1)]\na.sort(key=lambda x: x[0])\nprint(a)\n",
            "print(sorted([(n % 3, n) for n in range(7)], key=lambda x: x[0], reverse=True))\n",
        ),
        (
            "a = [(1, 2), (1, 1)]\na.sort(key=lambda x: (x[0], x[1]))\nprint(a)\n",
            "print(sorted([3, 1]), sorted([3, 1], reverse=True))\n",
            "def whole(x):\n    return x\nprint(sorted([3, 1], key=whole))\n",
            "print(max([1, 2], key=lambda x: -x))\n",
        ),
    ),
    "UPY213": (
        FIRMWARE,
        ("print(list(iter(lambda: 1, 1)))\n",),
        ("print(list(iter([1])))\n", "print(next(iter([1]), 2))\n"),
    ),
    "UPY214": (
        FIRMWARE,
        ("from collections import deque\nprint(len(deque()))\n",),
        ("from collections import deque\nprint(len(deque((), 3)))\n",),
    ),
    "UPY215": (
        FIRMWARE,
        (
            "import hashlib\nprint(hashlib.new('sha256') is None)\n",
            "from time import monotonic\nprint(monotonic() > 0)\n",
            "from hashlib import new, sha256\nprint(1)\n",
        ),
        ("import hashlib\nprint(hashlib.sha256(b'').digest())\n", "from . import monotonic\n"),
    ),
    "UPY301": (
        "firmware/safety/part.py",
        ("assert 1 == 1\n",),
        ("if 1 != 1:\n    raise ValueError\n",),
    ),
    "UPY302": (
        FIRMWARE,
        ("import time\nt = time.time()\n", "from time import localtime, ticks_ms\n"),
        (
            "import time\nt = time.ticks_ms()\n",
            "from time import ticks_ms\n",
            "class Box:\n    pass\nbox = Box()\nbox.time = 1\n",
        ),
    ),
    "UPY303": (
        "firmware/therapy/part.py",
        (
            "x = 0.5\n",
            "x = 1 / 2\n",
            "x = 4\nx /= 2\n",
            "x = float('1')\n",
            "import math  # upy: allow UPY201 shown to the float rule only\n",
            "x = 2j\n",
        ),
        ("x = 7 // 2\nx //= 2\ny = 7 % 2\nname = 'float'\n",),
    ),
    "UPY304": (
        "firmware/panel/part.py",
        ("from machine import Pin\n", "import esp32\n"),
        ("import framebuf\n",),
    ),
    "UPY305": (
        "firmware/safety/part.py",
        ("import time\n", "from time import ticks_ms\n"),
        ("from shared import codes\n",),
    ),
    "UPY306": (
        "shared/part.py",
        ("import os\n", "import random\n"),
        (
            "import struct\nfrom shared import codes\n",
            (
                "import sys\nif sys.implementation.name == 'micropython':\n    import cryptolib\n"
                "else:\n    import cryptography\n"
            ),
        ),
    ),
    "UPY307": (
        "firmware/drivers/motor.py",
        (
            "from firmware.safety.permit import Permit\np = Permit()\n",
            "from firmware.safety import permit\np = permit.Permit()\n",
            "def f(p):\n    p.fresh = True\n",
        ),
        ("def f(p):\n    if p.fresh:\n        p.fresh = False\n", "fresh = True\n"),
    ),
    "UPY308": (
        "firmware/drivers/part.py",
        ("from machine import Pin\np = Pin(4)\n", "import machine\np = machine.I2C(1)\n"),
        (
            "from machine import Pin\ndef f(number):\n    return Pin(number, 1)\n",
            "def f(pin):\n    return pin.value(1)\n",
        ),
    ),
    "UPY309": (
        FIRMWARE,
        ("import sys\nx = sys.platform\n", "import os\nx = os.uname()\n"),
        ("import sys\nsys.exit(1)\n", "import os\nos.remove('x')\n"),
    ),
    "UPY310": (
        "shared/part.py",
        (
            "import sys\nx = sys.implementation.name != 'micropython'\n",
            "import sys\nx = sys.implementation.name == 'micropython'\ny = sys.platform\n",
            "import sys\nx = sys.platform\n",
        ),
        (
            "import sys\nx = 1 if sys.implementation.name == 'micropython' else 2\n",
            "import sys\nx = sys.implementation.name == 'micropython'\n",
        ),
    ),
}
