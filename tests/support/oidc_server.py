"""A small OpenID Connect server on this machine, for tests of single sign-on.

It keeps to the flow in earnest: a code that works once, for one redirect address,
with PKCE and the client's secret; tokens signed with a key that it publishes. What
a test sets on it makes it lie.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

from tests.support.waiting import join_all

CLIENT_ID = "consultations"
SECRET = "the client's secret"


def new_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


class Server:
    """What the server knows, and what it says of whoever comes."""

    def __init__(self, address: str) -> None:
        self.issuer = address
        self.key = self.signing_key = new_key()
        self.person: dict[str, Any] = {"sub": "person-1", "email_verified": True}
        self.token: dict[str, Any] = {}  # what the id_token says differently
        self.userinfo: dict[str, Any] = {}  # what the userinfo says differently
        self.without: set[str] = set()  # fields that the token answer lacks
        self.is_down = False
        self.codes: dict[str, dict[str, str]] = {}

    def configuration(self) -> dict[str, Any]:
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "userinfo_endpoint": f"{self.issuer}/userinfo",
            "jwks_uri": f"{self.issuer}/keys",
            "token_endpoint_auth_methods_supported": ["client_secret_post"],
        }

    def keys(self) -> dict[str, Any]:
        public = jwt.algorithms.RSAAlgorithm.to_jwk(self.key.public_key(), as_dict=True)
        return {"keys": [public | {"kid": "1", "alg": "RS256", "use": "sig"}]}

    def authorize(self, asked: dict[str, str]) -> str:
        """Return where the browser goes with a code, as after a log-in there."""
        assert asked["response_type"] == "code"
        assert asked["client_id"] == CLIENT_ID
        assert set(asked["scope"].split()) >= {"openid", "email"}
        assert asked["code_challenge_method"] == "S256"
        code = secrets.token_urlsafe()
        self.codes[code] = asked
        words = urlencode({"code": code, "state": asked["state"]})
        return f"{asked['redirect_uri']}?{words}"

    def tokens(self, sent: dict[str, str]) -> dict[str, Any] | None:
        """Return the tokens for a code, once, or nothing."""
        asked = self.codes.pop(sent.get("code", ""), None)
        digest = hashlib.sha256(sent.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).decode().rstrip("=")
        if (
            asked is None
            or sent.get("client_secret") != SECRET
            or sent.get("redirect_uri") != asked["redirect_uri"]
            or challenge != asked["code_challenge"]
        ):
            return None
        now = int(time.time())
        claims = {"iss": self.issuer, "aud": CLIENT_ID, "iat": now, "exp": now + 60}
        claims |= {"jti": secrets.token_hex(), **self.person, **self.token}
        signed = jwt.encode(
            claims, self.signing_key, algorithm="RS256", headers={"kid": "1"}
        )
        answer = {"access_token": "let-me-in", "token_type": "Bearer"}
        answer |= {"id_token": signed}
        return {name: answer[name] for name in answer.keys() - self.without}


def answering(server: Server) -> type[BaseHTTPRequestHandler]:
    """Return what answers requests with what the server knows."""

    class Requests(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            if server.is_down:
                self.give(503, {})
            elif parts.path == "/.well-known/openid-configuration":
                self.give(200, server.configuration())
            elif parts.path == "/keys":
                self.give(200, server.keys())
            elif parts.path == "/authorize":
                self.send_response(302)
                self.send_header("Location", server.authorize(plain(parts.query)))
                self.end_headers()
            elif self.headers["Authorization"] == "Bearer let-me-in":
                self.give(200, server.person | server.userinfo)
            else:
                self.give(401, {})

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            tokens = server.tokens(plain(body.decode()))
            self.give(200 if tokens else 400, tokens or {"error": "invalid_grant"})

        def give(self, status: int, content: dict[str, Any]) -> None:
            body = json.dumps(content).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: Any) -> None:
            """Say nothing."""

    return Requests


def plain(query: str) -> dict[str, str]:
    """Return the fields of a form, each of which is sent once."""
    return {name: values[0] for name, values in parse_qs(query).items()}


@contextmanager
def oidc_server() -> Iterator[Server]:
    """Run the server on a free port."""
    http = ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler)
    server = Server(f"http://127.0.0.1:{http.server_port}")
    http.RequestHandlerClass = answering(server)
    thread = threading.Thread(target=http.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        http.shutdown()
        http.server_close()
        join_all([thread], seconds=10)
