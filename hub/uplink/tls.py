"""TLS to the broker: its certificate is always checked, ours is always shown."""

from __future__ import annotations

import ssl
from pathlib import Path


class BadTlsFiles(Exception):
    """A sentence that names the setting."""


def client_context(ca_file: Path, cert_file: Path, key_file: Path) -> ssl.SSLContext:
    """A context that trusts only `ca_file` and proves who we are. BadTlsFiles if a file is unusable."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.verify_mode = ssl.CERT_REQUIRED
    context.check_hostname = True
    try:
        context.load_verify_locations(ca_file)
    except (OSError, ssl.SSLError):
        raise BadTlsFiles(f"mqtt_ca_file: {ca_file} holds no PEM certificate") from None
    try:
        # An encrypted key would make OpenSSL ask a terminal that nobody sits at.
        context.load_cert_chain(cert_file, key_file, password="")
    except (OSError, ssl.SSLError):
        raise BadTlsFiles(
            f"mqtt_key_file: {key_file} is not the plain PEM key of {cert_file}"
        ) from None
    return context
