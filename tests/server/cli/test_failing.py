"""Errors as the command line tells them."""

import os
import re
import subprocess
from pathlib import Path

import click
import pytest

from relatum_schemas.errors import BadSetting, BadValue, Problems
from relatum_server.cli.failing import lines, told
from tests.server.cli.programs import RELATUM


def test_each_of_several_problems_has_its_line() -> None:
    inner = Problems(
        "The file has mistakes.", [BadValue("One."), BadValue("Two.", hint="Mend it.")]
    )
    error = Problems("Nothing goes.", [BadSetting("No."), inner])
    assert list(lines(error)) == [
        "PROBLEMS: Nothing goes.",
        "  BAD_SETTING: No.",
        "  PROBLEMS: The file has mistakes.",
        "    BAD_VALUE: One.",
        "    BAD_VALUE: Two. Mend it.",
    ]


def test_a_fault_of_the_program_is_one_line_and_a_file(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(click.exceptions.Exit) as ended, told(show_traceback=False):
        raise ZeroDivisionError("secret\nsecond line")
    assert ended.value.exit_code == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("INTERNAL: ZeroDivisionError: secret Where it happened stands in ")
    found = re.search(r"stands in (\S+);", line)
    assert found
    kept = Path(found[1])
    assert "raise ZeroDivisionError" in kept.read_text()
    kept.unlink()


def test_a_traceback_is_printed_when_it_is_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(click.exceptions.Exit), told(show_traceback=True):
        raise ZeroDivisionError("zero")
    assert "raise ZeroDivisionError" in capsys.readouterr().err


def test_ctrl_c_ends_a_command_without_a_traceback(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(click.exceptions.Exit) as ended, told(show_traceback=False):
        raise KeyboardInterrupt
    assert ended.value.exit_code == 130
    assert capsys.readouterr().err == "Stopped.\n"


def test_a_command_that_nobody_reads_any_more_ends_quietly(tmp_path: Path) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    ended = subprocess.run(
        [RELATUM, "hooks"], cwd=tmp_path, stdout=writing, stderr=subprocess.PIPE, check=False
    )
    os.close(writing)
    assert ended.stderr == b""
    assert ended.returncode == 1
