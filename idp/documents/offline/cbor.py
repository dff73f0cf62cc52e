"""CBOR (RFC 8949) in its deterministic form alone (section 4.2.1), measured before anything is built from it.

Whoever reads a code reads a stranger's bytes: lengths are compared with what is there, nesting is bounded, and of
the many encodings of a value one is taken, so that a signed part cannot be written differently.
"""

from __future__ import annotations

from idp.documents.verifier.errors import Malformed

MAX_DEPTH = 8
_UINT, _NINT, _BYTES, _TEXT, _ARRAY, _MAP, _TAG, _SIMPLE = range(8)
_FALSE_TRUE_NULL = (20, 21, 22)


def encode(value: object) -> bytes:
    """Deterministic CBOR. Raises `ValueError` for what `decode` would not take."""
    import cbor2

    try:
        data: bytes = cbor2.dumps(_ordered(value, MAX_DEPTH))
        _whole(data)
    except Exception as error:  # what `cbor2` has no encoding for, and `Malformed`
        raise ValueError("not a value that a code may hold") from error
    return data


def _ordered(value: object, depth: int) -> object:
    """Keys in the order of their encodings: `cbor2` sorts by length first, as RFC 7049 had it."""
    import cbor2

    if depth < 0:
        raise ValueError("nested too deeply")
    if isinstance(value, dict):
        pairs = sorted(value.items(), key=lambda pair: bytes(cbor2.dumps(pair[0])))
        return {key: _ordered(one, depth - 1) for key, one in pairs}
    return [_ordered(one, depth - 1) for one in value] if isinstance(value, list) else value


def decode(data: bytes) -> object:
    """One item and nothing after it. Raises `Malformed`."""
    import cbor2

    _whole(data)
    try:
        value: object = cbor2.loads(data)
    except Exception as error:  # whatever it finds that the measuring let pass
        raise Malformed("CBOR that cannot be read") from error
    return value


def _whole(data: bytes) -> None:
    if _item(data, 0, MAX_DEPTH) != len(data):
        raise Malformed("something stands after the end")


def _item(data: bytes, start: int, depth: int) -> int:
    """Where the item that begins at `start` ends. Raises `Malformed`."""
    kind, argument, at = _head(data, start)
    if kind in (_UINT, _NINT):
        return at
    if kind in (_BYTES, _TEXT):
        return _string(data, at, argument, is_text=kind == _TEXT)
    if kind == _SIMPLE:
        if argument not in _FALSE_TRUE_NULL:
            raise Malformed("a simple value or number of a kind that is not used here")
        return at
    if kind == _TAG or depth == 0 or argument > len(data) - at:
        raise Malformed("a tag, nesting too deep, or more members than there are bytes")
    return _array(data, at, argument, depth) if kind == _ARRAY else _map(data, at, argument, depth)


def _head(data: bytes, start: int) -> tuple[int, int, int]:
    """Major type, argument, and where the head ends (section 3)."""
    if start >= len(data):
        raise Malformed("CBOR that is cut short")
    kind, short = divmod(data[start], 32)
    if short < 24:
        return kind, short, start + 1
    if short > 27 or kind == _SIMPLE:  # indefinite, reserved; floating point and unassigned simple values
        raise Malformed("an encoding that is not deterministic, or a floating-point number")
    end = start + 1 + (1 << short - 24)
    if end > len(data):
        raise Malformed("CBOR that is cut short")
    argument = int.from_bytes(data[start + 1 : end], "big")
    if argument < (24 if short == 24 else 1 << 8 * (1 << short - 25)):
        raise Malformed("a longer encoding than needed")
    return kind, argument, end


def _string(data: bytes, at: int, length: int, *, is_text: bool) -> int:
    if length > len(data) - at:
        raise Malformed("CBOR that is cut short")
    if is_text:
        try:
            data[at : at + length].decode("utf-8")
        except UnicodeDecodeError as error:
            raise Malformed("text that is not UTF-8") from error
    return at + length


def _array(data: bytes, at: int, count: int, depth: int) -> int:
    for _ in range(count):
        at = _item(data, at, depth - 1)
    return at


def _map(data: bytes, at: int, count: int, depth: int) -> int:
    """Keys are numbers or text, each greater than the one before: in one order, and none twice."""
    before = b""
    for _ in range(count):
        end = _item(data, at, 0)
        key = data[at:end]
        if key[0] >> 5 not in (_UINT, _NINT, _TEXT) or key <= before:
            raise Malformed("a key of another kind, out of order, or twice")
        before, at = key, _item(data, end, depth - 1)
    return at
