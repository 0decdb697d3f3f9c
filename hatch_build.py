"""Build hook: makes the embedded gazetteer at install and when a wheel is built.

It is skipped when the gazetteer in the tree was made from just these packages, tables and code.
"""

import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

ARTIFACT = Path("src", "toposcope", "data", "embedded.gazetteer")


class GazetteerBuildHook(BuildHookInterface[Any]):
    """Runs before a wheel, plain or editable, is put together; a source distribution carries no gazetteer."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Make the gazetteer where it is missing or out of date, and put it into the wheel."""
        del version
        if self.target_name != "wheel":
            return
        root = Path(self.root)
        sys.path.insert(0, str(root / "src"))
        try:
            from toposcope.errors import ToposcopeError
            from toposcope.sources.embedded import build_embedded, is_up_to_date

            path = root / ARTIFACT
            if not is_up_to_date(root, path):
                try:
                    build_embedded(root, path, lambda line: print(f"gazetteer: {line}", file=sys.stderr, flush=True))
                except ToposcopeError as error:
                    raise SystemExit(f"toposcope: {error}") from None
            build_data["artifacts"].append(ARTIFACT.as_posix())
        finally:
            sys.path.remove(str(root / "src"))
