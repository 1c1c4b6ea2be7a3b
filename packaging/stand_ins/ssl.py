"""In the executable in the place of Python's `ssl`, which would bring OpenSSL: it seals no connection.

python-stdnum imports it for a service that is never asked. What catches its errors finds their names;
whatever else is asked of it is an `AttributeError`.
"""


class SSLError(OSError):
    """Never raised: nothing here makes a connection."""


class SSLWantReadError(SSLError):
    """Never raised."""


class SSLWantWriteError(SSLError):
    """Never raised."""


class SSLSyscallError(SSLError):
    """Never raised."""


class SSLZeroReturnError(SSLError):
    """Never raised."""


class SSLEOFError(SSLError):
    """Never raised."""


class SSLCertVerificationError(SSLError, ValueError):
    """Never raised."""


class CertificateError(SSLCertVerificationError):
    """Never raised."""
