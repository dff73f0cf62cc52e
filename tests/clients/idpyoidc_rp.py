"""A relying party on idpyoidc: discovery, PKCE, code, userinfo, refresh, end of session. JSON lines in and out.

First line: {issuer, clientId, secret? | privateKeys? (JWK Set), redirectUri, postLogoutRedirectUri}. Then, in turns:
{begin: true} -> {authorizationUrl}, and {callback} -> what was found, or {refused, why}.
"""

import json
import sys
from urllib.parse import parse_qsl, urlsplit

from cryptojwt.key_jar import KeyJar
from idpyoidc.client.rp_handler import RPHandler

SCOPE = ["openid", "profile", "identity", "offline_access"]
SERVICES = {
    "discovery": "provider_info_discovery.ProviderInfoDiscovery",
    "authorization": "authorization.Authorization",
    "accesstoken": "access_token.AccessToken",
    "refresh_token": "refresh_access_token.RefreshAccessToken",
    "userinfo": "userinfo.UserInfo",
    "end_session": "end_session.EndSession",
}
PKCE = {
    "function": "idpyoidc.client.oauth2.add_on.pkce.add_support",
    "kwargs": {"code_challenge_length": 64, "code_challenge_method": "S256"},
}


def handler(told):
    method = "private_key_jwt" if "privateKeys" in told else "client_secret_basic"
    services = {name: {"class": f"idpyoidc.client.oidc.{place}"} for name, place in SERVICES.items()}
    for name in ("accesstoken", "refresh_token"):
        services[name]["kwargs"] = {"client_authn_methods": [method], "default_authn_method": method}
    config = {
        "issuer": told["issuer"],
        "client_type": "oidc",
        "client_id": told["clientId"],
        "client_secret": told.get("secret", ""),
        "redirect_uris": [told["redirectUri"]],
        "post_logout_redirect_uris": [told["postLogoutRedirectUri"]],
        "token_endpoint_auth_methods_supported": [method],
        "token_endpoint_auth_signing_alg_values_supported": ["ES256"],
        "response_types_supported": ["code"],
        "scopes_supported": SCOPE,
        "add_ons": {"pkce": PKCE},
        "services": services,
    }
    keys = KeyJar()
    if "privateKeys" in told:
        keys.import_jwks(told["privateKeys"], "")
    base = told["redirectUri"].rsplit("/", 1)[0]
    return RPHandler(base_url=base, client_configs={told["issuer"]: config}, keyjar=keys)


def code_of(refused):
    try:
        refused()
    except Exception as error:
        return str(error)
    return "accepted"


def finish(rp, told, answer):
    state = answer.get("state", "")
    client = rp.issuer2rp[told["issuer"]]
    found = rp.finalize(told["issuer"], answer)
    if "error" in found:
        return {"refused": str(found["error"])}
    refresh_token = client.get_context().cstate.get(state)["refresh_token"]
    renewed = rp.refresh_access_token(state)
    again = rp.get_user_info(state, access_token=renewed["access_token"])
    client.get_context().cstate.update(state, {"refresh_token": refresh_token})
    end = rp.logout(state, post_logout_redirect_uri=told["postLogoutRedirectUri"])
    return {
        "claims": found["id_token"].to_dict(),
        "userinfo": found["userinfo"].to_dict(),
        "sameSubject": again["sub"] == found["userinfo"]["sub"],
        "rotated": renewed["refresh_token"] != refresh_token,
        "oldRefreshToken": code_of(lambda: rp.refresh_access_token(state)),
        "endSessionUrl": end["url"],
    }


def main():
    told = json.loads(sys.stdin.readline())
    rp = handler(told)
    for line in sys.stdin:
        asked = json.loads(line)
        try:
            if "begin" in asked:
                wanted = {"scope": SCOPE, "prompt": "consent"}
                answer = {"authorizationUrl": rp.begin(told["issuer"], req_args=wanted)}
            else:
                answer = finish(rp, told, dict(parse_qsl(urlsplit(asked["callback"]).query)))
        except Exception as error:
            answer = {"refused": type(error).__name__, "why": str(error)}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
