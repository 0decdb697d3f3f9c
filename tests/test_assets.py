"""Where data is looked for."""

import sys
from pathlib import Path

import pytest

from toposcope import assets
from toposcope.assets import data_folders, gazetteer_path, installed_gazetteers
from toposcope.errors import GazetteerNotFoundError


@pytest.fixture
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """``$TOPOSCOPE_DATA`` with one gazetteer in it; no other folder on this machine has a say."""
    folder = tmp_path / "data"
    folder.mkdir()
    (folder / "moon.gazetteer").write_bytes(b"")
    monkeypatch.setenv("TOPOSCOPE_DATA", str(folder))
    monkeypatch.setattr(assets, "user_cache", lambda: tmp_path / "cache")
    return folder


def test_the_package_comes_first_then_what_the_user_names(own_folder: Path) -> None:
    folders = data_folders()
    assert folders[0] == Path(assets.__file__).parent / "data"
    assert folders[1] == own_folder


def test_an_installed_gazetteer_is_found_by_name(own_folder: Path) -> None:
    assert gazetteer_path("moon") == own_folder / "moon.gazetteer"
    assert installed_gazetteers()["moon"] == own_folder / "moon.gazetteer"


def test_a_path_is_a_path(own_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert gazetteer_path(own_folder / "moon.gazetteer") == own_folder / "moon.gazetteer"
    assert gazetteer_path(str(own_folder / "moon.gazetteer")) == own_folder / "moon.gazetteer"
    monkeypatch.chdir(own_folder)
    assert gazetteer_path("moon.gazetteer") == Path("moon.gazetteer")


def test_an_unknown_name_is_answered_with_the_known_ones(own_folder: Path) -> None:
    with pytest.raises(GazetteerNotFoundError, match="moon"):
        gazetteer_path("mars")
    with pytest.raises(GazetteerNotFoundError):
        gazetteer_path(own_folder / "mars.gazetteer")


def test_a_missing_embedded_gazetteer_says_how_to_get_it(own_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(assets, "data_folders", lambda: [own_folder])
    with pytest.raises(GazetteerNotFoundError) as caught:
        gazetteer_path("embedded")
    assert "pip install" in caught.value.remedy


@pytest.mark.parametrize(
    ("platform", "variable", "expected"),
    [
        ("linux", "XDG_CACHE_HOME", "toposcope"),
        ("win32", "LOCALAPPDATA", "toposcope"),
    ],
)
def test_the_cache_follows_the_platform(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, platform: str, variable: str, expected: str
) -> None:
    monkeypatch.setattr(sys, "platform", platform)
    monkeypatch.setenv(variable, str(tmp_path))
    assert assets.user_cache() == tmp_path / expected


def test_a_relative_cache_folder_is_ignored(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setenv("XDG_CACHE_HOME", "here")
    assert assets.user_cache() == Path.home() / ".cache" / "toposcope"


def test_on_macos_caches_are_in_the_library(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    assert assets.user_cache() == Path.home() / "Library" / "Caches" / "toposcope"


def test_looking_makes_no_folder(own_folder: Path) -> None:
    data_folders()
    installed_gazetteers()
    assert not (own_folder.parent / "cache").exists()
