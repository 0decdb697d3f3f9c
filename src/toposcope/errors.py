"""Every error that Toposcope raises on purpose.

::

    ToposcopeError
    ├── InputError (ValueError)                   what was given cannot be read as text or documents
    │   └── InputNotFoundError (FileNotFoundError)
    ├── OutputError (OSError)                     the result cannot be written
    ├── GazetteerError                            something is wrong with a gazetteer
    │   ├── GazetteerNotFoundError (FileNotFoundError)
    │   ├── GazetteerDamagedError (ValueError)    not a gazetteer, cut short, or altered
    │   └── GazetteerVersionError (ValueError)    built by another format or name normaliser
    ├── RecogniserError (ValueError)              a recogniser that was given cannot be used, or answers nonsense
    │   └── RecogniserNotFoundError (FileNotFoundError)
    └── MissingExtraError (ImportError)           an optional dependency is not installed

Each says what was wrong and what to do about it, in one line; each is also the builtin error
that people already catch for the same trouble.
"""

__all__ = [
    "GazetteerDamagedError",
    "GazetteerError",
    "GazetteerNotFoundError",
    "GazetteerVersionError",
    "InputError",
    "InputNotFoundError",
    "MissingExtraError",
    "OutputError",
    "RecogniserError",
    "RecogniserNotFoundError",
    "ToposcopeError",
]


class ToposcopeError(Exception):
    """Base of all errors that Toposcope raises on purpose.

    Parameters
    ----------
    message : str
        What was wrong: what was expected and what was found.
    remedy : str, optional
        What to do next, as a full sentence.
    """

    def __init__(self, message: str, remedy: str = "") -> None:
        super().__init__(message, remedy)
        self.message = message
        self.remedy = remedy

    def __str__(self) -> str:
        return f"{self.message} {self.remedy}".strip()


class InputError(ToposcopeError, ValueError):
    """What was given cannot be read as text or documents."""


class InputNotFoundError(InputError, FileNotFoundError):
    """There is no such input file."""


class OutputError(ToposcopeError, OSError):
    """The result cannot be written where it was asked for."""


class GazetteerError(ToposcopeError):
    """Something is wrong with a gazetteer."""


class GazetteerNotFoundError(GazetteerError, FileNotFoundError):
    """There is no gazetteer of that name or at that path."""


class GazetteerDamagedError(GazetteerError, ValueError):
    """The file is not a gazetteer, was cut short, or was altered."""


class GazetteerVersionError(GazetteerError, ValueError):
    """The gazetteer was built for another format or by another name normaliser."""


class RecogniserError(ToposcopeError, ValueError):
    """A recogniser that was given, or its model, cannot be used, or answers what is no mention of the text."""


class RecogniserNotFoundError(RecogniserError, FileNotFoundError):
    """There is no model at that path, or it lacks a file."""


class MissingExtraError(ToposcopeError, ImportError):
    """An optional dependency is not installed; the remedy names the extra."""
