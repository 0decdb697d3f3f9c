"""Make ``src/toposcope/lexicon/letter_case.txt``: how English text writes its words, small or with a capital.

Counted in the corpora under open licences alone (WikiGold, Broad Twitter Corpus and WNUT-17: CC BY 4.0; CrossNER:
MIT): a word is listed if at least five documents hold it where its case says something, that is within a sentence. A
step from 1 (never small) to 5 (hardly ever with a capital) stands behind it. No running text and no rare word gets in.

    TOPOSCOPE_CORPORA=… python training/letter_case.py
"""

import gzip
import json
import os
from bisect import bisect_right
from collections import Counter
from pathlib import Path

from toposcope.tokens import tokenise

ROOT = Path(__file__).resolve().parents[1]
CORPORA = Path(os.environ.get("TOPOSCOPE_CORPORA", ROOT.parent / "shared/corpora"))
OUT = ROOT / "src/toposcope/lexicon/letter_case.txt"
LEAST_DOCUMENTS = 5
#: Shares of small letters at which the steps 2 to 5 begin.
STEPS = (0.02, 0.2, 0.6, 0.95)


def main() -> None:
    small: Counter[str] = Counter()
    capital: Counter[str] = Counter()
    documents: Counter[str] = Counter()
    for corpus in ("wikigold", "btc", "wnut17", "crossner"):
        with gzip.open(CORPORA / "ner" / f"{corpus}.jsonl.gz", "rt", encoding="utf-8") as lines:
            for line in lines:
                seen = set()
                before = "\n"
                for word in tokenise(json.loads(line)["text"]).words:
                    key = word.lower().rstrip(".")
                    if len(key) > 1 and key.isalpha():
                        if word[0].islower():
                            small[key] += 1
                            seen.add(key)
                        elif before[0].islower() or before == ",":
                            capital[key] += 1
                            seen.add(key)
                    before = word
                documents.update(seen)
    steps = {
        word: 1 + bisect_right(STEPS, small[word] / (small[word] + capital[word]))
        for word, n in documents.items()
        if n >= LEAST_DOCUMENTS
    }
    OUT.write_text(
        "# Made by training/letter_case.py from WikiGold, BTC, WNUT-17 (CC BY 4.0) and CrossNER (MIT): see there.\n"
        + "".join(f"{word} {steps[word]}\n" for word in sorted(steps)),
        encoding="utf-8",
    )
    print(f"{len(steps)} words → {OUT.name}")


if __name__ == "__main__":
    main()
