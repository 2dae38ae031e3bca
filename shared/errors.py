"""The three ways in which something from outside is turned away. Codes, no prose.

Text for people is made at the edge, from `names.REASONS` or `drug_library.sentence`.
"""


class Malformed(Exception):
    """Bytes that are not what the grammar allows.

    code: one of the numbers below.
    offset: where. A byte for the codes up to 19, an element or a map key from 20 on.
    field: the name of the element, or None.
    """

    TRUNCATED = 1  # ends early, or a length claims more than is there
    TRAILING = 2  # something follows the value
    TOO_LONG = 3
    TOO_DEEP = 4
    LONG_FORM = 5  # an integer or length not in its shortest form
    INDEFINITE = 6
    RESERVED = 7
    FLOAT = 8
    SIMPLE = 9  # a simple value other than false, true, null
    TAG = 10  # a tag other than 16 and 18
    KEY_TYPE = 11  # a map key that is not an integer
    KEY_ORDER = 12  # keys twice or not rising
    UTF8 = 13
    SHAPE = 20  # another container, or another number of elements
    TYPE = 21
    RANGE = 22
    FIELD = 23  # a field is missing or not known
    HEADER = 24  # a COSE header that this protocol does not have

    def __init__(self, code: int, offset: int = 0, field: str | None = None):
        super().__init__(code, offset, field)
        self.code = code
        self.offset = offset
        self.field = field


class Forged(Exception):
    """Tag, key or context does not fit. One kind for all causes, so that nothing can be learnt."""


class Refused(Exception):
    """Understood and turned away. reason: codes.Reason. field: name of the field, or None."""

    def __init__(self, reason: int, field: str | None = None):
        super().__init__(reason, field)
        self.reason = reason
        self.field = field
