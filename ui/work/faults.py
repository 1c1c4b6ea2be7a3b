"""The two kinds of error as the window tells them: the user's world, or a bug of ours. No Qt here."""

from __future__ import annotations

import errno

from discharge.model.errors import UserError, frames_of

_DISK_FULL = (errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC))
_READ_ONLY = (errno.EROFS, errno.EACCES, errno.EPERM)


class Bug(Exception):
    """A fault of ours. `kind` is the exception's type, `frames` says where; neither holds a value,
    as a value may be somebody's name."""

    def __init__(self, kind: str, frames: str) -> None:
        super().__init__(kind)
        self.kind = kind
        self.frames = frames

    def __reduce__(self) -> tuple[object, ...]:
        return (type(self), (self.kind, self.frames))


def as_told(error: BaseException) -> UserError | Bug:
    """The error as it may cross threads and be shown: a sentence and its mend, or where the bug is."""
    if isinstance(error, Bug):
        return error
    if isinstance(error, UserError):
        bare = error.with_traceback(None)
        bare.__cause__ = bare.__context__ = None
        return bare
    if isinstance(error, OSError) and error.errno in _DISK_FULL:
        return UserError("The disk is full; nothing was saved.", "Make room on it, then try again.")
    if isinstance(error, OSError) and error.errno in _READ_ONLY:
        return UserError(
            "The folder can't be written to; nothing was saved.",
            "Ask for the right to write there, or open a hub in another folder.",
        )
    if isinstance(error, MemoryError):
        return UserError("This machine is out of memory.", "Close other programs, then try again.")
    return Bug(type(error).__name__, frames_of(error))
