"""What is wrong with a server, at the field of a form where it belongs."""

from __future__ import annotations

from discharge.model.errors import UserError


def told_at(error: UserError) -> tuple[str, str]:
    """The field that it is about, `address`, `password` or `ca`, and how it is mended by a desk that isn't
    one of the hub's yet; the field is empty for what isn't of a server."""
    from discharge.store.server.address import BadAddress, NoCertificate
    from discharge.store.server.faults import (
        CertificateRefused,
        PasswordRefused,
        ServerTrouble,
        before_sharing,
    )

    mend = before_sharing(error) if isinstance(error, ServerTrouble) else error.mend
    if isinstance(error, (CertificateRefused, NoCertificate)):
        return "ca", mend
    if isinstance(error, PasswordRefused):
        return "password", mend
    return "address" if isinstance(error, (BadAddress, ServerTrouble)) else "", mend


__all__ = ["told_at"]
