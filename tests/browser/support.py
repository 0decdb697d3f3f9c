"""What the browser tests share beside their fixtures."""

import json
from pathlib import Path

DESKTOP = {"width": 1360, "height": 850}
PHONE = {"width": 390, "height": 844}

#: [{"name", "text"}]: strings that would run somewhere if they were not escaped, or that break what is careless.
HOSTILE: list[dict[str, str]] = json.loads(Path(__file__).with_name("hostile.json").read_text(encoding="utf-8"))
