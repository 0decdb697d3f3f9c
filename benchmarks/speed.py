"""Measure speed and memory beside peers and record them: what ``make benchmark`` runs.

    python benchmarks/speed.py [--corpora FOLDER] [-o benchmarks/speed.json] [--rounds 7] [--words 30000]

Needs ``flashgeotext`` and ``spacy``, which ``make benchmark`` installs. The articles are LGL's and those of the
Groningen Meaning Bank; like all corpora they are not part of the repository, but looked for in
``$TOPOSCOPE_CORPORA`` and beside the checkout.

Everything runs in one process on one core, and seconds are those of the processor, so that a busy machine matters
little. Every round of every measure reads articles that the process has not seen, because caches make a text that was
read before much faster than any text of a real stream; the peers read the same articles in the same round. The median
of the rounds counts. ``benchmarks/README.md`` says how to read the record.
"""

import os

os.environ.update(dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1"))

import argparse
import gzip
import json
import platform
import random
import re
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from importlib.metadata import PackageNotFoundError, version
from itertools import chain, count, islice
from pathlib import Path
from statistics import median
from time import perf_counter, process_time
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "src"))

CORPORA = Path(os.environ.get("TOPOSCOPE_CORPORA", ROOT.parent / "shared" / "corpora"))
SOURCES = ("lgl.jsonl", "ner/gmb.jsonl.gz")
RECORD = ROOT / "benchmarks" / "speed.json"

#: Peer that the ratios are to: it matches names, and resolves none.
YARDSTICK = "flashgeotext"
PEERS = (YARDSTICK, "spacy")
#: Words that are read before anything is measured: the figures are those of a process that is at work. What a start
#: costs is measured apart. With it, the rounds need 1.04 of the 1.13 million words of real articles.
WARM_UP = 200_000
#: Words of a call to a method that takes many texts; `Geoparser.pipe` makes its own batches.
BATCH = 20_000

#: Megabytes of the texts that show whether time is linear.
SIZES_MB = (1.25, 2.5, 5.0, 10.0, 20.0)
#: Words of the long document, and different articles of the process whose memory is measured.
LONG_DOCUMENT, MANY_ARTICLES = 200_000, 10_000
PROCESSES = 5
SENTENCE = "Talks between the two sides were held in Sirte, Libya, on Monday."


# Articles that the process has not seen


def articles(corpora: Path) -> Iterator[str]:
    """Different texts without end: all articles in a fixed order, then variants of them with new words."""
    texts = list(chain.from_iterable(_read(corpora / name) for name in SOURCES))
    random.Random(0).shuffle(texts)
    for turn in count():
        for text in texts:
            yield variant(text, turn)


def _read(path: Path) -> Iterator[str]:
    opened: Any = gzip.open if path.suffix == ".gz" else open
    with opened(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)["text"]


_NAME = re.compile(r"\b[A-Z][a-z]{3,}\b")


def variant(text: str, turn: int) -> str:
    """The text with the vowels of its capitalised words moved on: other words to every cache, as long as before."""
    shift = turn % 5
    if not turn:
        return text
    vowels = "aeiou"
    table = str.maketrans(vowels, vowels[shift:] + vowels[:shift])
    # From the fifth turn on the vowels are where they were: the words get a letter more.
    return _NAME.sub(lambda match: match.group().translate(table) + "x" * (turn // 5), text)


def take(texts: Iterator[str], words: int) -> list[str]:
    """The next articles, until they have this many words."""
    taken: list[str] = []
    total = 0
    while total < words:
        taken.append(next(texts))
        total += len(taken[-1].split())
    return taken


def word_count(texts: Iterable[str]) -> int:
    """Words between white space, as all figures count them."""
    return sum(len(text.split()) for text in texts)


def batches(texts: Iterable[str], words: int = BATCH) -> Iterator[list[str]]:
    """Lists of texts of about so many words."""
    texts = iter(texts)
    for first in texts:
        batch = [first]
        total = len(first.split())
        while total < words and (text := next(texts, None)) is not None:
            batch.append(text)
            total += len(text.split())
        yield batch


# What is measured


def recognition(parser: Any) -> Callable[[Sequence[str]], object]:
    """Recognition in bulk: many texts a call where the recogniser takes them."""
    recogniser = parser._recogniser
    many = getattr(recogniser, "recognise_many", None)
    if many is None:
        return lambda texts: [recogniser.recognise(text) for text in texts]
    return lambda texts: [list(many(batch)) for batch in batches(texts)]


def end_to_end_bulk(parser: Any) -> Callable[[Sequence[str]], object]:
    """Documents of a stream of texts; none is kept."""
    return lambda texts: sum(len(document.toponyms) for document in parser.pipe(texts))


def end_to_end_single(parser: Any) -> Callable[[Sequence[str]], object]:
    """Documents of one article a call."""
    return lambda texts: sum(len(parser(text).toponyms) for text in texts)


def peer(name: str) -> Callable[[Sequence[str]], object]:
    """A peer as its own documentation has it used, on what it ships."""
    if name == "flashgeotext":
        from flashgeotext.geotext import GeoText

        geotext = GeoText()
        return lambda texts: [geotext.extract(text) for text in texts]
    import spacy

    tokenizer = spacy.blank("en").tokenizer
    return lambda texts: [tokenizer(text) for text in texts]


def seconds(work: Callable[[Any], object], *given: Any) -> float:
    """Processor seconds of a piece of work."""
    start = process_time()
    work(*given)
    return max(process_time() - start, 1e-6)


def throughput(
    parser: Any, peers: dict[str, Callable[[Sequence[str]], object]], texts: Iterator[str], *, rounds: int, words: int
) -> dict[str, Any]:
    """Words a second of ours and of the peers, and their ratios, each a median over rounds on new articles."""
    measures = {
        "recognition, bulk": recognition(parser),
        "end to end, bulk": end_to_end_bulk(parser),
        "end to end, one article a call": end_to_end_single(parser),
    }
    speeds: dict[str, dict[str, list[float]]] = {name: {} for name in measures}
    for _ in range(rounds):
        for name, work in measures.items():
            unseen = take(texts, words)
            total = word_count(unseen)
            for who, run in {"toposcope": work, **peers}.items():
                speeds[name].setdefault(who, []).append(total / seconds(run, unseen))
    return {
        name: {
            "words_per_second": {who: round(median(values)) for who, values in found.items()},
            "ratio": {
                who: round(median(a / b for a, b in zip(found["toposcope"], found[who], strict=True)), 3)
                for who in peers
            },
        }
        for name, found in speeds.items()
    }


def resolution(parser: Any, texts: Iterator[str], *, rounds: int, words: int) -> dict[str, Any]:
    """Mentions a second of resolution alone, their names and spans given."""
    resolver = parser._resolver
    many = getattr(resolver, "resolve_many", None)

    def resolved(documents: Sequence[tuple[str, Any]]) -> int:
        answers = many(documents) if many else (resolver.resolve(*document) for document in documents)
        return sum(map(len, answers))

    speeds = []
    for _ in range(rounds):
        spent, total = 0.0, 0
        for batch in batches(take(texts, words)):
            mentions = [parser.mentions(text) for text in batch]
            total += sum(map(len, mentions))
            spent += seconds(resolved, list(zip(batch, mentions, strict=True)))
        speeds.append(total / spent)
    return {"mentions_per_second": round(median(speeds)), "in_batches": many is not None}


def linearity(parser: Any, texts: Iterator[str], sizes_mb: Sequence[float]) -> list[dict[str, float]]:
    """Seconds of recognition in one text, for texts of growing size."""
    found = []
    for size in sizes_mb:
        pieces: list[str] = []
        length = 0
        while length < size * 1e6:
            pieces.append(next(texts))
            length += len(pieces[-1]) + 2
        text = "\n\n".join(pieces)[: int(size * 1e6)]
        spent = seconds(parser._recogniser.recognise, text)
        found.append({"megabytes": size, "seconds": round(spent, 3), "seconds_per_megabyte": round(spent / size, 4)})
    return found


# Processes of their own, for what a process does only once


def loading() -> dict[str, float]:
    """Milliseconds from the import to the first answer."""
    start = perf_counter()
    from toposcope.pipeline import Geoparser

    imported = perf_counter()
    parser = Geoparser()
    made = perf_counter()
    parser.mentions(SENTENCE)
    recognised = perf_counter()
    parser(SENTENCE)
    answered = perf_counter()
    times = {
        "import": imported - start,
        "parser made": made - imported,
        "first recognition": recognised - made,
        "first document": answered - recognised,
    }
    return {name: round(1000 * value, 1) for name, value in times.items()}


def memory(corpora: Path, documents: int) -> dict[str, float]:
    """Largest resident memory of a process that has parsed many different articles, in megabytes."""
    from toposcope.pipeline import Geoparser

    parser = Geoparser()
    parser(SENTENCE)
    texts = articles(corpora)
    first = max_rss_mb()
    parsed = sum(1 for _ in parser.pipe(islice(texts, documents)))
    return {"documents": parsed, "max_rss_mb": max_rss_mb(), "max_rss_mb_at_first_document": first}


def long_document(corpora: Path, words: int) -> dict[str, float]:
    """Seconds and memory of one long document, by a process that has done little else."""
    from toposcope.pipeline import Geoparser

    parser = Geoparser()
    parser(SENTENCE)
    text = "\n\n".join(take(articles(corpora), words))
    spent = seconds(parser, text)
    return {"words": len(text.split()), "seconds": round(spent, 2), "max_rss_mb": max_rss_mb()}


def max_rss_mb() -> float:
    """Largest resident memory of this process so far, pages of mapped files among it."""
    try:
        status = Path("/proc/self/status").read_text(encoding="utf-8")
    except OSError:
        status = ""
    if peak := re.search(r"^VmHWM:\s*(\d+) kB", status, re.MULTILINE):
        return round(int(peak[1]) / 1e3, 1)
    import resource  # where it says more than it should: Linux counts in it the process that started this one

    size = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return round(size / (1e6 if sys.platform == "darwin" else 1e3), 1)


def in_child(task: str, corpora: Path) -> dict[str, Any]:
    """Answer of one of these functions in a fresh interpreter."""
    command = [sys.executable, str(Path(__file__).resolve()), "--task", task, "--corpora", str(corpora)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


# The record


def made_with(parser: Any) -> dict[str, Any]:
    """What a record belongs to."""
    from toposcope import __version__

    packages = {}
    for name in ("numpy", "marisa-trie", *PEERS):
        try:
            packages[name] = version(name)
        except PackageNotFoundError:
            packages[name] = None
    return {
        "toposcope": __version__,
        "gazetteer": parser.lookup.gazetteer.hash,
        "recogniser": type(parser._recogniser).__name__,
        "python": platform.python_version(),
        "machine": _processor(),
        **packages,
    }


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        lines = []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or platform.machine()


def pinned() -> bool:
    """Keep this process, and those that it starts, on one core; false where the system cannot."""
    if not hasattr(os, "sched_setaffinity"):
        return False
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    return True


def table(record: dict[str, Any]) -> str:
    """The record for people."""
    lines = []
    for name, found in record["throughput"].items():
        speeds = ", ".join(f"{who} {speed:,}" for who, speed in found["words_per_second"].items())
        ratios = ", ".join(f"{ratio:.2f} of {who}" for who, ratio in found["ratio"].items())
        lines.append(f"{name}: {ratios} (words/s: {speeds})")
    lines.append(f"resolution, names given: {record['resolution']['mentions_per_second']:,} mentions/s")
    lines += [f"{row['megabytes']:g} MB of text: {row['seconds_per_megabyte']:.3f} s/MB" for row in record["linearity"]]
    lines.append("loading: " + ", ".join(f"{name} {ms:g} ms" for name, ms in record["loading_ms"].items()))
    found = record["memory"]
    lines.append(f"{found['documents']:,} articles: {found['max_rss_mb']:.0f} MB")
    found = record["long_document"]
    lines.append(f"one document of {found['words']:,} words: {found['seconds']:.2f} s, {found['max_rss_mb']:.0f} MB")
    return "\n".join(lines)


def main() -> int:
    """Measure, show, record."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--corpora", type=Path, default=CORPORA, help="folder of the corpora")
    options.add_argument("-o", "--output", type=Path, default=RECORD, help="where to write the record")
    options.add_argument("--rounds", type=int, default=7, help="rounds of each measure")
    options.add_argument("--words", type=int, default=30_000, help="words of each round")
    options.add_argument("--task", choices=("loading", "memory", "long document"), help=argparse.SUPPRESS)
    chosen = options.parse_args()
    missing = [name for name in SOURCES if not (chosen.corpora / name).is_file()]
    if missing:
        print(
            f"speed: {', '.join(missing)} not found in {chosen.corpora}. Set TOPOSCOPE_CORPORA to their folder.",
            file=sys.stderr,
        )
        return 1
    if chosen.task:
        tasks = {
            "loading": loading,
            "memory": lambda: memory(chosen.corpora, MANY_ARTICLES),
            "long document": lambda: long_document(chosen.corpora, LONG_DOCUMENT),
        }
        print(json.dumps(tasks[chosen.task]()))
        return 0
    if not pinned():
        print("speed: this system cannot keep a process on one core; figures will vary more.", file=sys.stderr)
    try:
        peers = {name: peer(name) for name in PEERS}
    except ImportError as error:
        print(f"speed: {error.name} is not installed. pip install {' '.join(PEERS)}", file=sys.stderr)
        return 1
    record = measured(chosen.corpora, peers, rounds=chosen.rounds, words=chosen.words)
    print(table(record))
    chosen.output.write_text(json.dumps(record, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    print(f"speed: wrote {chosen.output}", file=sys.stderr)
    return 0


def measured(
    corpora: Path,
    peers: dict[str, Callable[[Sequence[str]], object]],
    *,
    rounds: int,
    words: int,
    warm_up: int = WARM_UP,
    sizes_mb: Sequence[float] = SIZES_MB,
) -> dict[str, Any]:
    """The whole record."""
    from toposcope.pipeline import Geoparser

    starts = [in_child("loading", corpora) for _ in range(PROCESSES)]
    parser = Geoparser()
    texts = articles(corpora)
    warm = take(texts, warm_up)
    for work in (end_to_end_single(parser), *peers.values()):
        work(warm)
    return {
        "made_with": made_with(parser),
        "throughput": throughput(parser, peers, texts, rounds=rounds, words=words),
        "resolution": resolution(parser, texts, rounds=rounds, words=words),
        "loading_ms": {name: median(start[name] for start in starts) for name in starts[0]},
        "memory": in_child("memory", corpora),
        "long_document": in_child("long document", corpora),
        "linearity": linearity(parser, texts, sizes_mb),
    }


if __name__ == "__main__":
    sys.exit(main())
