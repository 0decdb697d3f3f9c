"""``python -m toposcope`` is the command ``toposcope``."""

from toposcope.cli import main

if __name__ == "__main__":
    main()
