"""A receiver: checks the signature, knows repetitions, opens the report and stores it. A start."""

import base64, hmac, json, os, re, time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from joserfc import jwe, jwk

FOLDER = Path(os.environ["FOLDER"])
KEY = jwk.ECKey.import_key(json.loads(Path(os.environ["KEY"]).read_text()))
SECRETS = [base64.b64decode(each.removeprefix("whsec_")) for each in os.environ["SECRETS"].split()]
SEALED = jwe.JWERegistry(algorithms=["ECDH-ES+A256KW", "A256GCM"])


class Receiver(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(min(int(self.headers["content-length"]), 10_000_000))
        name, sent, given = (self.headers[f"webhook-{x}"] for x in ("id", "timestamp", "signature"))
        ours = [hmac.digest(key, f"{name}.{sent}.".encode() + body, "sha256") for key in SECRETS]
        right = [f"v1,{base64.b64encode(each).decode()}" for each in ours]
        known = any(hmac.compare_digest(a, b) for a in given.split() for b in right)
        known = known and abs(time.time() - int(sent)) < 300 and re.fullmatch("[0-9a-f-]{36}", name)
        self.send_response(self.store(FOLDER / f"{name}.json", name, body) if known else 401)
        self.end_headers()

    def store(self, file, name, body):  # what fails here is never answered, and so comes again
        if not file.exists():  # a repetition is as good as the first
            report = jwe.decrypt_compact(json.loads(body)["data"], KEY, registry=SEALED).plaintext
            if json.loads(report)["submission"] != name:
                return 400  # another report, under this one's name
            with (draft := file.with_suffix(f".{os.urandom(8).hex()}")).open("xb") as handle:
                handle.write(report)
                handle.flush()
                os.fsync(handle.fileno())
            draft.rename(file)  # whole or not at all; now it is true that we have it
        return 200


os.umask(0o077)
ThreadingHTTPServer(("127.0.0.1", int(os.environ["PORT"])), Receiver).serve_forever()
