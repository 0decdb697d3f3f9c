"""Make ``src/toposcope/lexicon/common_words.txt``: words that English text writes in lower case.

Counted in the corpora under open licences alone (WikiGold, Broad Twitter Corpus and WNUT-17: CC BY 4.0; CrossNER:
MIT): a word is listed if at least five documents hold it in lower case, and it is capitalised within a sentence less
than three times as often. No running text, no rare word and no name of a person gets in.

    TOPOSCOPE_CORPORA=… python training/common_words.py
"""

import gzip
import json
import os
import re
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
CORPORA = Path(os.environ.get("TOPOSCOPE_CORPORA", ROOT.parent / "shared/corpora"))
OUT = ROOT / "src/toposcope/lexicon/common_words.txt"
LOWER = re.compile(r"\b[a-z]{2,}\b")
CAPITALISED = re.compile(r"(?<=[a-z,] )([A-Z][a-z]+)\b")
LEAST_DOCUMENTS = 5


def main() -> None:
    lower: Counter[str] = Counter()
    capitalised: Counter[str] = Counter()
    for corpus in ("wikigold", "btc", "wnut17", "crossner"):
        with gzip.open(CORPORA / "ner" / f"{corpus}.jsonl.gz", "rt", encoding="utf-8") as lines:
            for line in lines:
                text = json.loads(line)["text"]
                lower.update(set(LOWER.findall(text)))
                capitalised.update({word.lower() for word in CAPITALISED.findall(text)})
    words = sorted(w for w, n in lower.items() if n >= LEAST_DOCUMENTS and capitalised[w] < 3 * n)
    OUT.write_text(
        "# Made by training/common_words.py from WikiGold, BTC, WNUT-17 (CC BY 4.0) and CrossNER (MIT): see there.\n"
        + "".join(f"{word}\n" for word in words),
        encoding="utf-8",
    )
    print(f"{len(words)} words → {OUT.name}")


if __name__ == "__main__":
    main()
