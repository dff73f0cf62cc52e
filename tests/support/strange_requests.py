"""Requests that begin right and are then spoilt, for fuzzing (hypothesis)."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import quote_from_bytes, quote_plus

from hypothesis import strategies as st
from werkzeug.routing import Rule

MARK = "fz9q7"  # in much of what is sent, in nothing that is answered
FORM = "application/x-www-form-urlencoded"


def b64(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()


def jwt(header: object, claims: object) -> str:
    """The form of a JWT, and no signature."""
    return f"{b64(json.dumps(header).encode())}.{b64(json.dumps(claims).encode())}.{b64(b's' * 64)}"


# What a right request holds, at one endpoint or another.
AUTHORIZE = (
    "response_type",
    "client_id",
    "redirect_uri",
    "scope",
    "state",
    "code_challenge",
    "code_challenge_method",
)
CODE = ("grant_type", "client_id", "code", "redirect_uri", "code_verifier")
REFRESH = ("grant_type", "client_id", "refresh_token")
TOKEN = ("token", "client_id")
DECISION = ("request", "csrf_token", "decision", "shown")
SIGN_OUT = ("id_token_hint", "client_id", "post_logout_redirect_uri")

ALL = (AUTHORIZE, CODE, REFRESH, TOKEN, SIGN_OUT, DECISION)
#: Which of them an address is for.
WHOLE = {
    "/authorize": (AUTHORIZE,),
    "/par": (AUTHORIZE,),
    "/token": (CODE, REFRESH),
    "/introspect": (TOKEN,),
    "/revoke": (TOKEN,),
    "/end-session": (SIGN_OUT, DECISION),
    "/authorize/": (DECISION,),
}

#: What only PostgreSQL refuses: NUL, and a lone surrogate.
REFUSED = st.sampled_from([b"\x00", f"{MARK}\x00".encode(), b"\xed\xa0\x80"])
TEXT = st.one_of(
    REFUSED,
    REFUSED.map(bytes),
    st.text(max_size=40).map(lambda text: (MARK + text).encode("utf-8", "surrogatepass")),
    st.binary(max_size=40),
    st.sampled_from(
        [
            b"",
            b"\xff\xfe",
            f'"><script>{MARK}</script>'.encode(),
            f"\r\nX-{MARK}: 1".encode(),
            b"'; DROP TABLE oauth_client --" + MARK.encode(),
            b"[" * 3000,
            b"9" * 5000,
            b"null",
            b"{}",
            b'{"\\ud800": {"\\u0000": 1e999}}',
            b"a.b.c",
            b"....",
        ]
    ),
    st.builds(
        lambda header, claims: jwt(header, claims).encode(),
        st.sampled_from([{"alg": "none"}, {"alg": "ES256", "crit": [1]}, {"alg": "dir", "enc": "A128GCM"}, [], None]),
        st.dictionaries(
            st.sampled_from(["iss", "sub", "aud", "exp", "iat", "jti", "sid", "cnf", "client_id"]),
            st.one_of(st.none(), st.integers(), st.text(max_size=5), st.lists(st.none(), max_size=2), st.floats()),
            max_size=4,
        ),
    ),
)


Values = Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class Call:
    endpoint: str
    method: str
    path: str
    query: str
    headers: tuple[tuple[str, str], ...]
    body: bytes
    signed_in: bool


@st.composite
def calls(draw: st.DrawFn, rules: Sequence[Rule], values: Values, headers: Values) -> Call:
    rule = draw(st.sampled_from(rules))
    usual = sorted((rule.methods or set()) & {"GET", "POST"})
    method = draw(st.sampled_from([*usual * 6, *sorted(rule.methods or ()), "PUT"]))
    pairs = draw(parameters(rule.rule, values))
    encoded = "&".join(f"{quote_plus(name)}={quote_from_bytes(value)}" for name, value in pairs)
    posted = method in ("POST", "PUT") and draw(st.integers(0, 3)) > 0
    sent = {name: draw(one_of(headers[name])) for name in draw(st.sets(st.sampled_from(sorted(headers)), max_size=3))}
    body = encoded.encode()
    if posted and draw(st.integers(0, 5)) == 0:
        body = draw(st.one_of(st.binary(max_size=200), st.just(b"[" * 9000), st.just(b"x=" + b"y" * 70_000)))
    elif posted:
        sent.setdefault("Content-Type", draw(st.sampled_from([FORM, FORM, FORM, "application/json"])))
        if sent["Content-Type"] == "application/json":
            body = json.dumps({name: value.decode("utf-8", "replace") for name, value in pairs}).encode()
    return Call(
        rule.endpoint,
        method,
        re.sub(r"<[^>]+>", lambda _: quote_from_bytes(draw(TEXT)).replace("/", "") or "x", rule.rule),
        "" if posted else encoded,
        tuple(sent.items()),
        body if posted else b"",
        draw(st.booleans()),
    )


def one_of(values: Sequence[str]) -> st.SearchStrategy[str]:
    spoilt = st.text(st.characters(max_codepoint=255, exclude_characters="\r\n"), max_size=30)
    return st.one_of(st.sampled_from(values), spoilt.map(lambda text: MARK + text))


@st.composite
def parameters(draw: st.DrawFn, path: str, values: Values) -> list[tuple[str, bytes]]:
    """Most of a right request, or few of all parameters; some spoilt, some twice, some that nobody knows."""
    whole = [*[base for part, bases in WHOLE.items() if part in path for base in bases] * 4, *ALL, ()]
    base = draw(st.sampled_from(whole))
    extra = draw(st.lists(st.sampled_from(sorted(values)), max_size=3))
    dropped = set(draw(st.lists(st.sampled_from([*base, ""]), max_size=1)))
    pairs = [
        (name, draw(st.sampled_from(values[name])).encode("utf-8", "surrogatepass"))
        for name in (*base, *extra)
        if name not in dropped
    ]
    for _ in range(draw(st.sampled_from([0, 1, 1, 2]))):
        right, known = st.sampled_from(base or ("x",)), st.sampled_from(sorted(values))
        strange = st.text(max_size=8).map(lambda text: MARK + text)
        name = draw(draw(st.sampled_from([right, right, right, known, strange])))
        pairs = [pair for pair in pairs if pair[0] != name or draw(st.booleans())]
        pairs.append((name.encode("utf-8", "replace").decode(), draw(TEXT)))
    return pairs
