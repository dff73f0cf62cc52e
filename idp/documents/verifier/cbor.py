"""CBOR (RFC 8949) in its shortest form alone (section 4.1), measured before anything is built from it.

Whoever reads a code or a status list reads a stranger's bytes: lengths are compared with what is there, nesting is
bounded, and of the many encodings of a number one is taken. What we make ourselves is deterministic as well (section
4.2.1): the keys of a map in one order, so that a signed part cannot be written differently.
"""

from __future__ import annotations

from dataclasses import dataclass

from idp.documents.verifier.errors import Malformed

MAX_DEPTH = 8
_UINT, _NINT, _BYTES, _TEXT, _ARRAY, _MAP, _TAG, _SIMPLE = range(8)
_FALSE_TRUE_NULL = (20, 21, 22)


def encode(value: object) -> bytes:
    """Deterministic CBOR. Raises `ValueError` for what `decode` would not take."""
    import cbor2

    try:
        data: bytes = cbor2.dumps(_ordered(value, MAX_DEPTH))
        _Measure(data, ordered=True).whole()
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


def decode(data: bytes, *, ordered: bool = True) -> object:
    """One item and nothing after it. Without `ordered` the keys of a map stand in any order, none of them twice.

    Raises `Malformed`.
    """
    import cbor2

    _Measure(data, ordered=ordered).whole()
    try:
        value: object = cbor2.loads(data)
    except Exception as error:  # whatever it finds that the measuring let pass
        raise Malformed("CBOR that cannot be read") from error
    return value


@dataclass(frozen=True)
class _Measure:
    """Goes over the bytes and builds nothing. Its methods tell where what begins at `start` or `at` ends, and raise
    `Malformed`."""

    data: bytes
    ordered: bool

    def whole(self) -> None:
        if self.item(0, MAX_DEPTH) != len(self.data):
            raise Malformed("something stands after the end")

    def item(self, start: int, depth: int) -> int:
        kind, argument, at = self.head(start)
        if kind in (_UINT, _NINT):
            return at
        if kind in (_BYTES, _TEXT):
            return self.string(at, argument, is_text=kind == _TEXT)
        if kind == _SIMPLE:
            if argument not in _FALSE_TRUE_NULL:
                raise Malformed("a simple value or number of a kind that is not used here")
            return at
        if kind == _TAG or depth == 0 or argument > len(self.data) - at:
            raise Malformed("a tag, nesting too deep, or more members than there are bytes")
        return self.array(at, argument, depth) if kind == _ARRAY else self.map(at, argument, depth)

    def head(self, start: int) -> tuple[int, int, int]:
        """Major type, argument, and where the head ends (section 3)."""
        if start >= len(self.data):
            raise Malformed("CBOR that is cut short")
        kind, short = divmod(self.data[start], 32)
        if short < 24:
            return kind, short, start + 1
        if short > 27 or kind == _SIMPLE:  # indefinite, reserved; floating point and unassigned simple values
            raise Malformed("an encoding of several, or a floating-point number")
        end = start + 1 + (1 << short - 24)
        if end > len(self.data):
            raise Malformed("CBOR that is cut short")
        argument = int.from_bytes(self.data[start + 1 : end], "big")
        if argument < (24 if short == 24 else 1 << 8 * (1 << short - 25)):
            raise Malformed("a longer encoding than needed")
        return kind, argument, end

    def string(self, at: int, length: int, *, is_text: bool) -> int:
        if length > len(self.data) - at:
            raise Malformed("CBOR that is cut short")
        if is_text:
            try:
                self.data[at : at + length].decode("utf-8")
            except UnicodeDecodeError as error:
                raise Malformed("text that is not UTF-8") from error
        return at + length

    def array(self, at: int, count: int, depth: int) -> int:
        for _ in range(count):
            at = self.item(at, depth - 1)
        return at

    def map(self, at: int, count: int, depth: int) -> int:
        """Keys are numbers or text, and none stands there twice."""
        seen, before = set[bytes](), b""
        for _ in range(count):
            end = self.item(at, 0)
            key = self.data[at:end]
            if key[0] >> 5 not in (_UINT, _NINT, _TEXT) or key in seen or (self.ordered and key <= before):
                raise Malformed("a key of another kind, out of order, or twice")
            seen.add(key)
            before, at = key, self.item(end, depth - 1)
        return at
