"""What goes wrong: one clear line with a remedy, the right status, nothing half-written, no traceback."""

import contextlib
import json
import os
import resource
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from toposcope import assets

COMMAND = [sys.executable, "-c", "from toposcope.cli import main; main()"]
NEWS = "Rain fell in Tobruk, Libya.\n"


@pytest.fixture
def folder(tmp_path) -> Path:
    (tmp_path / "x.txt").write_text(NEWS)
    return tmp_path


def toposcope(folder: Path, *arguments, **options) -> subprocess.CompletedProcess:
    return subprocess.run(
        [*COMMAND, *map(str, arguments)],
        cwd=folder,
        stdin=subprocess.DEVNULL,
        capture_output="stdout" not in options,
        check=False,
        timeout=120,
        **({"stderr": subprocess.PIPE} | options if "stdout" in options else options),
    )


def assert_one_line(done, words: str, status: int = 1) -> None:
    err = done.stderr.decode()
    assert done.returncode == status, err
    assert err.startswith("toposcope: ")
    assert err.count("\n") == 1, err
    assert words in err
    assert "Traceback" not in err


def files(folder: Path) -> list[str]:
    return sorted(p.name for p in folder.iterdir())


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        pytest.param(None, "missing.txt", "there is no file missing.txt. Check the name", id="missing"),
        pytest.param("folder", "folder", "folder is a directory. Give the files in it.", id="directory"),
        pytest.param(b"\x89PNG\r\n\x1a\n\0\0\xff", "x.bin", "It looks like a PNG picture", id="binary"),
        pytest.param(b"\x7fELF\0\0\0\xff", "x.bin", "It looks like a binary file", id="binary of another kind"),
        pytest.param(b"Rain in K\xf6ln", "x.log", "byte 0xf6 at offset 9 cannot be read", id="invalid UTF-8"),
        pytest.param(b"%PDF-1.4", "x.pdf", "PDF is not read yet", id="pdf"),
        pytest.param(b'{"text": "x"}\n{"text": 3}\n', "x.jsonl", "x.jsonl, line 2: 'text' is int", id="bad JSON line"),
        pytest.param(b"{", "x.jsonl", "x.jsonl, line 1: not JSON", id="cut JSON line"),
    ],
)
@pytest.mark.parametrize("command", [("places", "-o", "out.jsonl"), ("map", "-o", "out.html")], ids=["places", "map"])
def test_input_that_cannot_be_read(folder, command, content, name, words):
    if content == "folder":
        (folder / name).mkdir()
    elif content is not None:
        (folder / name).write_bytes(content)
    before = files(folder)
    assert_one_line(toposcope(folder, command[0], name, *command[1:]), words)
    assert files(folder) == before


def test_pages_that_were_finished_before_the_bad_input_stay(folder):
    (folder / "y.jsonl").write_bytes(b'{"text": "Snow in Oslo."}\n{"text": 3}\n')
    done = toposcope(folder, "map", "x.txt", "y.jsonl")
    assert done.returncode == 1
    assert done.stderr.decode().splitlines()[-1].startswith("toposcope: y.jsonl, line 2: ")
    assert files(folder) == ["x.html", "x.txt", "y.html", "y.jsonl"]


def test_all_names_are_checked_before_any_work(folder):
    done = toposcope(folder, "map", "x.txt", "missing.txt")
    assert_one_line(done, "missing.txt")
    assert files(folder) == ["x.txt"]


def test_messages_are_one_line_whatever_a_name_holds(folder):
    assert_one_line(toposcope(folder, "places", "a\nb\x1b[31m.txt"), "there is no file a b")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("places",), "Missing argument 'FILE...'"),
        (("places", "x.txt", "--format", "xls"), "'xls' is not one of"),
        (("places", "x.txt", "--role", "theatre"), "'theatre' is not one of"),
        (("places", "x.txt", "--colour"), "No such option"),
        (("places", "-", "-"), "read once only"),
        (("places", "x.txt", "-o", "x.xlsx"), "give --format"),
        (("map", "x.txt", "--text", "half"), "'half' is not one of"),
        (("map", "x.txt", "x.txt", "-o", "-"), "give -o a folder"),
        (("find",), "Missing argument 'NAME...'"),
        (("find", "Paris", "--limit", "-1"), "--limit"),
        (("draw", "x.txt"), "No such command"),
        ((), "Usage: toposcope"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else None,
)
def test_wrong_options(folder, arguments, words):
    done = toposcope(folder, *arguments)
    assert done.returncode == 2
    assert words in done.stderr.decode()
    assert b"Traceback" not in done.stderr
    assert files(folder) == ["x.txt"]


@pytest.mark.parametrize("command", ["map", "places"])
@pytest.mark.parametrize(
    ("output", "words"),
    [
        ("no/such/out", "Make the folder first"),
        ("x.txt", "the result would overwrite it"),
        ("x.txt/out", "Choose a folder that exists"),
        pytest.param("y" * 300, "Choose a shorter name", id="too long"),
    ],
)
def test_output_that_cannot_be_written(folder, command, output, words):
    assert_one_line(toposcope(folder, command, "x.txt", "-o", output), words)
    assert files(folder) == ["x.txt"]
    assert (folder / "x.txt").read_text() == NEWS


def test_a_page_does_not_replace_the_text_it_is_made_from(folder):
    (folder / "x.html").write_text(NEWS)
    assert_one_line(toposcope(folder, "map", "x.html", "--input-format", "text"), "the result would overwrite it")
    assert (folder / "x.html").read_text() == NEWS


def test_a_folder_that_may_not_be_written_to(folder):
    done = toposcope(folder, "places", "x.txt", "-o", "/proc/out.jsonl")  # not even root may
    assert_one_line(done, "cannot write /proc/out.jsonl")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere; the test above stands in")
def test_a_folder_that_this_user_may_not_write_to(folder):
    (folder / "locked").mkdir(mode=0o500)
    done = toposcope(folder, "places", "x.txt", "-o", "locked/out.jsonl")
    assert_one_line(done, "Choose a folder that you may write to.")


@pytest.mark.parametrize(
    "command", [("map",), ("places", "--format", "jsonl"), ("places", "--format", "parquet")], ids=" ".join
)
def test_a_file_that_the_disk_has_no_room_for(folder, command):
    """A limit on the size of files fails as a full disk does: in the midst of writing."""
    (folder / "out").write_text("old")
    (folder / "x.txt").write_text(NEWS * 400)

    def small_disk():
        resource.setrlimit(resource.RLIMIT_FSIZE, (3000, 3000))

    done = toposcope(folder, *command, "x.txt", "-o", "out", preexec_fn=small_disk)
    assert_one_line(done, "cannot write out: File too large")
    assert files(folder) == ["out", "x.txt"]
    assert (folder / "out").read_text() == "old"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a disk that is always full")
@pytest.mark.parametrize(
    "arguments",
    [
        ("places", "x.txt"),
        ("places", "x.txt", "--format", "csv"),
        ("map", "x.txt", "-o", "-"),
        ("find", "Paris"),
        ("--version",),
    ],
    ids=" ".join,
)
def test_standard_output_on_a_full_disk(folder, arguments):
    with Path("/dev/full").open("wb") as full:
        done = toposcope(folder, *arguments, stdout=full)
    last = done.stderr.decode().splitlines()[-1]
    assert done.returncode == 1
    assert last == (
        "toposcope: cannot write standard output: No space left on device. Free some space, or write to another disk."
    )
    assert b"Traceback" not in done.stderr
    assert b"Exception ignored" not in done.stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a disk that is always full")
def test_output_file_on_a_full_disk(folder):
    assert_one_line(
        toposcope(folder, "places", "x.txt", "-o", "/dev/full", "--format", "csv"), "No space left on device"
    )
    assert_one_line(toposcope(folder, "map", "x.txt", "-o", "/dev/full"), "No space left on device")


def test_a_reader_who_has_read_enough(folder):
    """As in ``toposcope places news.jsonl --format jsonl | head -1``."""
    (folder / "many.jsonl").write_text("".join(json.dumps({"text": NEWS}) + "\n" for _ in range(300)))
    process = subprocess.Popen(
        [*COMMAND, "places", "many.jsonl", "--format", "jsonl"],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout.readline().startswith(b'{"id"')
    process.stdout.close()
    assert process.stderr.read() == b""
    process.stderr.close()
    assert process.wait(60) == 141


@pytest.mark.parametrize("command", [("places", "--format", "jsonl"), ("map",)], ids=["places", "map"])
@pytest.mark.parametrize(
    ("number", "status", "message"),
    [(signal.SIGINT, 130, "toposcope: stopped; no unfinished file is left behind.\n"), (signal.SIGTERM, 143, "")],
    ids=["Ctrl-C", "SIGTERM"],
)
def test_a_run_that_is_stopped(folder, command, number, status, message):
    """The run waits for more of a pipe when the signal comes: that the pipe could be opened shows it."""
    os.mkfifo(folder / "pipe.jsonl")
    (folder / "out").mkdir()
    process = subprocess.Popen(
        [*COMMAND, command[0], "pipe.jsonl", *command[1:], "-o", "out/kept"], cwd=folder, stderr=subprocess.PIPE
    )
    (folder / "out" / "kept").write_text("old")
    with (folder / "pipe.jsonl").open("wb", buffering=0) as pipe:  # opens once the other side reads
        pipe.write(json.dumps({"text": NEWS}).encode() + b"\n")
        process.send_signal(number)
        err = process.stderr.read().decode()
        process.stderr.close()
        assert process.wait(60) == status
    assert err == message
    assert files(folder / "out") == ["kept"]
    assert (folder / "out" / "kept").read_text() == "old"


def damaged_copies() -> dict[str, bytes]:
    whole = assets.gazetteer_path("embedded").read_bytes()
    flipped = bytearray(whole)
    flipped[40] ^= 0xFF
    return {
        "empty": b"",
        "something else": b"a text, not a gazetteer\n" * 100,
        "cut short": whole[: len(whole) // 2],
        "one header byte changed": bytes(flipped),
    }


@pytest.mark.parametrize("kind", ["empty", "something else", "cut short", "one header byte changed"])
def test_a_damaged_gazetteer(folder, kind):
    (folder / "my.gazetteer").write_bytes(damaged_copies()[kind])
    for arguments in (("find", "Paris"), ("places", "x.txt", "-o", "out.csv"), ("map", "x.txt", "-o", "out.html")):
        done = toposcope(folder, *arguments, "--gazetteer", "./my.gazetteer")
        assert_one_line(done, "my.gazetteer")
        assert done.stdout == b""
    assert files(folder) == ["my.gazetteer", "x.txt"]


def test_a_gazetteer_that_is_not_there(folder):
    assert_one_line(toposcope(folder, "find", "Paris", "--gazetteer", "atlantis"), "atlantis")
    assert_one_line(toposcope(folder, "find", "Paris", "--gazetteer", "./atlantis.gazetteer"), "atlantis")


def test_given_spans_need_spans(folder):
    assert_one_line(toposcope(folder, "places", "x.txt", "--given-spans"), "x.txt: there are no toponyms")
    (folder / "x.jsonl").write_text('{"text": "Oslo", "toponyms": [{"start": 0, "end": 9}]}')
    assert_one_line(toposcope(folder, "places", "x.jsonl", "--given-spans"), "x.jsonl, line 1: span 0:9 does not fit")


def test_as_is_needs_a_parsed_document(folder):
    assert_one_line(toposcope(folder, "map", "x.txt", "--as-is"), "--format jsonl -o parsed.jsonl")
    assert files(folder) == ["x.txt"]


def test_a_mistake_of_ours_is_one_line_too(folder):
    code = (
        "import toposcope.pipeline as p\n"
        "def broken(self, text, **about): raise ZeroDivisionError('oops')\n"
        "p.Geoparser.__call__ = broken\n"
        "from toposcope.cli import main; main(['places', 'x.txt', '-o', 'out.csv'])"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=folder, capture_output=True, check=False)
    assert_one_line(done, "a mistake of ours, please report it: ZeroDivisionError: oops")
    assert files(folder) == ["x.txt"]
    shown = subprocess.run(
        [sys.executable, "-c", code],
        cwd=folder,
        capture_output=True,
        check=False,
        env=os.environ | {"TOPOSCOPE_DEBUG": "1"},
    )
    assert b"Traceback" in shown.stderr


def test_results_are_utf8_in_any_locale(folder):
    (folder / "x.txt").write_text("Rain fell in Kyiv, Ukraine, and in Île-de-France.", "utf-8")
    plain = toposcope(folder, "places", "x.txt", "--format", "jsonl")
    other = toposcope(folder, "places", "x.txt", "--format", "jsonl", env=os.environ | {"PYTHONIOENCODING": "ascii"})
    assert other.stdout == plain.stdout
    found = toposcope(folder, "find", "Reykjavik", "Київ", env=os.environ | {"PYTHONIOENCODING": "ascii"})
    assert found.returncode == 0
    assert "Reykjavík" in found.stdout.decode()


def test_a_long_text(folder):
    """Long, and one line: 2 MB here, so that the tests stay quick; 50 MB take the same way."""
    (folder / "long.txt").write_text(
        "Rain fell in Tobruk, Libya. The road to Sirte was open again, drivers said. " * 26_000
    )
    done = toposcope(folder, "places", "long.txt", "-o", "out.csv")
    assert done.returncode == 0, done.stderr
    with (folder / "out.csv").open() as rows:
        assert sum(1 for _ in rows) == 1 + 3 * 26_000


def test_progress_is_shown_on_a_terminal_and_nowhere_else(folder):
    (folder / "many.jsonl").write_text("".join(json.dumps({"text": NEWS}) + "\n" for _ in range(20)))
    code = "import toposcope.cli.terminal as t; t._PATIENCE_SECONDS = 0; from toposcope.cli import main; main()"
    command = [sys.executable, "-c", code, "places", "many.jsonl", "--format", "jsonl", "-o"]
    ours, theirs = os.openpty()
    with open(ours, "rb", buffering=0) as screen:  # noqa: PTH123 - a descriptor has no path
        subprocess.run([*command, "a.jsonl"], cwd=folder, stderr=theirs, check=True, env=os.environ | {"TERM": "xterm"})
        os.close(theirs)
        shown = b""
        with contextlib.suppress(OSError):  # how Linux says that a terminal has ended
            while part := screen.read(65536):
                shown += part
    assert b"texts" in shown
    quiet = subprocess.run([*command, "b.jsonl"], cwd=folder, capture_output=True, check=True)
    assert quiet.stderr == b""
    assert (folder / "a.jsonl").read_bytes() == (folder / "b.jsonl").read_bytes()
