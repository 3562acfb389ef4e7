"""Certificates for servers of tests, made by the openssl program: an authority, servers of
several kinds, a client; or one that nobody verifies."""

import subprocess
from pathlib import Path

from tests.kit.places import program

KINDS = {
    "rsa": ["rsa:2048"],
    "p521": ["ec", "-pkeyopt", "ec_paramgen_curve:secp521r1"],
    "client": ["ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"],
}
NAMES = "subjectAltName=DNS:localhost,IP:127.0.0.1,IP:::1\n"


def make_certificates(folder: Path) -> Path:
    """`ca.pem`, and for each kind `KIND.pem` (certificate and key) and `KIND.key`. A client's key also encrypted."""
    _openssl(folder, "req -x509 -newkey rsa:2048 -nodes -keyout ca.key -out ca.pem -days 3650 -subj /CN=authority")
    (folder / "names").write_text(NAMES)
    for kind, key in KINDS.items():
        files = f"-nodes -keyout {kind}.key -out {kind}.csr -subj /CN={kind}"
        _openssl(folder, "req -newkey", *key, *files.split())
        sign = f"x509 -req -in {kind}.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 3650 -extfile names"
        _openssl(folder, f"{sign} -out {kind}.pem")
        with (folder / f"{kind}.pem").open("a") as both:
            both.write((folder / f"{kind}.key").read_text())
    _openssl(folder, "dhparam -dsaparam -out dh.pem 2048")
    return folder


def self_signed(folder: Path) -> None:
    """`certificate.pem` and `key.pem`, for whoever does not verify them."""
    wanted = "req -x509 -nodes -newkey ec -pkeyopt ec_paramgen_curve:P-256 -days 2 -subj /CN=127.0.0.1"
    _openssl(folder, wanted, "-keyout", "key.pem", "-out", "certificate.pem")


def _openssl(folder: Path, command: str, *more: str) -> None:
    subprocess.run(
        [program("openssl"), *command.split(), *more], cwd=folder, check=True, capture_output=True, timeout=60
    )
