from __future__ import annotations

from pathlib import Path

import pytest

from berth.run_folder import AtomicFiles, RunFolder, keep_epochs, read_columns, write_atomically

HEADER = "epoch,time,train/box_loss\n"


def test_a_failed_write_leaves_the_old_file_and_nothing_beside(tmp_path: Path, monkeypatch):
    file = tmp_path / "resume.pt"
    write_atomically(file, b"old")

    def fail(*_):
        raise OSError("disk full")

    monkeypatch.setattr("os.fsync", fail)
    with pytest.raises(OSError):
        write_atomically(file, b"new")

    assert file.read_bytes() == b"old" and list(tmp_path.iterdir()) == [file]


def test_the_same_bytes_go_to_all_files(tmp_path: Path):
    AtomicFiles(tmp_path / "a", tmp_path / "deeper" / "b").write_bytes(b"state")

    assert (tmp_path / "a").read_bytes() == (tmp_path / "deeper" / "b").read_bytes() == b"state"


def test_rows_of_epochs_that_were_not_saved_are_dropped(tmp_path: Path):
    results = tmp_path / "results.csv"
    results.write_text(HEADER + "1,1,0.5\n2,2,0.4\n3,3,0.3\n")

    keep_epochs(results, last_epoch=2)

    assert results.read_text() == HEADER + "1,1,0.5\n2,2,0.4\n"


@pytest.mark.parametrize("torn", ["3,3", "3", "", "x,3,0.3"])
def test_torn_rows_are_dropped(tmp_path: Path, torn: str):
    results = tmp_path / "results.csv"
    results.write_text(HEADER + "1,1,0.5\n2,2,0.4\n" + torn)

    keep_epochs(results, last_epoch=9)

    assert results.read_text() == HEADER + "1,1,0.5\n2,2,0.4\n"


def test_without_results_there_is_nothing_to_drop(tmp_path: Path):
    keep_epochs(tmp_path / "results.csv", 3)
    assert read_columns(tmp_path / "results.csv") == {}


def test_results_are_read_by_column(tmp_path: Path):
    results = tmp_path / "results.csv"
    results.write_text(HEADER + "1,1,0.5\n2,2,nan\n")

    columns = read_columns(results)

    assert columns["epoch"] == [1, 2] and columns["train/box_loss"][0] == 0.5


def test_an_unreadable_mark_is_not_finished(tmp_path: Path):
    folder = RunFolder(tmp_path)
    assert folder.read_finished() is None
    folder.mark_finished(7, complete=False)
    assert folder.read_finished() == {"epochs": 7, "complete": False}
    folder.finished.write_text("{")
    assert folder.read_finished() is None
