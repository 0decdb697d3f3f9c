"""What a recogniser is."""

from typing import Protocol

from toposcope.document import Mention

__all__ = ["Recogniser"]


class Recogniser(Protocol):
    """Anything that finds place names in a text."""

    def recognise(self, text: str) -> list[Mention]:
        """Mentions in reading order, neither nested nor overlapping."""
        ...
