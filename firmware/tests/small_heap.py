"""Run a function with the heap locked: what allocates raises MemoryError. On CPython there is no such lock, and it just runs."""


def locked(function):
    """What `function` returns, a small integer."""
    try:
        from micropython import heap_lock, heap_unlock
    except ImportError:
        return function()
    heap_lock()
    try:
        return function()
    finally:
        heap_unlock()
