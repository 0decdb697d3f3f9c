"""``python -m toposcope`` is the command ``toposcope``."""

import sys

from toposcope.cli import main

if __name__ == "__main__":
    sys.exit(main())
