"""The project key: where it is found, what is none, and that nothing ever shows it."""

import os
import pickle
import shlex
import sys
import traceback
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deidpipe.errors import IdentityError
from deidpipe.identity.key import KEY_BYTES, VARIABLE, Key, find_key, make_key

SECRET = bytes(range(KEY_BYTES))
OTHER = bytes(KEY_BYTES)
PRINT = shlex.join([sys.executable, "-c", f"print('{SECRET.hex()}')"])


@pytest.fixture(autouse=True)
def no_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)


def a_key_file(folder: Path, text: str) -> str:
    path = folder / "key"
    path.write_text(text, encoding="utf-8")
    return str(path)


def nowhere(folder: Path) -> str:
    return str(folder / "private" / "key")


@pytest.mark.parametrize("text", [SECRET.hex(), f"{SECRET.hex()}\n", f"  {SECRET.hex().upper()}\r\n"])
def test_a_key_is_read_from_a_file(tmp_path: Path, text: str) -> None:
    key, is_new = find_key(a_key_file(tmp_path, text), None, nowhere(tmp_path), make=True)
    assert (key.fingerprint, is_new) == (Key(SECRET).fingerprint, False)


def test_a_key_is_read_from_a_command(tmp_path: Path) -> None:
    key, _ = find_key(None, PRINT, nowhere(tmp_path), make=False)
    assert key.fingerprint == Key(SECRET).fingerprint


def test_a_key_is_read_from_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, SECRET.hex())
    key, _ = find_key(None, None, a_key_file(tmp_path, OTHER.hex()), make=False)
    assert key.fingerprint == Key(SECRET).fingerprint


def test_a_file_comes_before_a_command_and_a_command_before_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, OTHER.hex())
    by_command, _ = find_key(None, PRINT, nowhere(tmp_path), make=False)
    by_file, _ = find_key(a_key_file(tmp_path, OTHER.hex()), PRINT, nowhere(tmp_path), make=False)
    assert by_command.fingerprint == Key(SECRET).fingerprint
    assert by_file.fingerprint == Key(OTHER).fingerprint


def test_a_key_is_made_once_and_only_its_owner_can_read_it(tmp_path: Path) -> None:
    made, is_new = find_key(None, None, nowhere(tmp_path), make=True)
    again, is_new_again = find_key(None, None, nowhere(tmp_path), make=True)
    assert (is_new, is_new_again) == (True, False)
    assert made.fingerprint == again.fingerprint
    assert os.stat(nowhere(tmp_path)).st_mode & 0o777 == 0o600
    assert os.stat(tmp_path / "private").st_mode & 0o777 == 0o700


def test_a_key_is_never_written_over(tmp_path: Path) -> None:
    with pytest.raises(FileExistsError):
        make_key(a_key_file(tmp_path, SECRET.hex()))


def test_two_keys_that_are_made_differ(tmp_path: Path) -> None:
    assert make_key(str(tmp_path / "a" / "key")).fingerprint != make_key(str(tmp_path / "b" / "key")).fingerprint


def test_without_a_key_none_is_made_unless_asked_for(tmp_path: Path) -> None:
    with pytest.raises(IdentityError, match="key: there is none"):
        find_key(None, None, nowhere(tmp_path), make=False)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n",
        "SECRET-7",
        SECRET.hex()[:-2],
        SECRET.hex() + "00",
        SECRET.hex()[:-1],
        "zz" + SECRET.hex()[2:],
        "\u017f" * 64,
    ],
)
@pytest.mark.parametrize("source", ["key file", f"environment variable {VARIABLE}", "key command"])
def test_what_is_no_key_is_told_without_its_text(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, source: str
) -> None:
    file = a_key_file(tmp_path, text)
    if source.startswith("environment"):
        monkeypatch.setenv(VARIABLE, text)
    show = shlex.join(
        [sys.executable, "-c", "import sys; sys.stdout.buffer.write(open(sys.argv[1], 'rb').read())", file]
    )
    with pytest.raises(IdentityError, match=f"{source}: holds no key") as told:
        find_key(
            file if source == "key file" else None,
            show if source == "key command" else None,
            nowhere(tmp_path),
            make=True,
        )
    if text.strip():
        assert text.strip() not in "".join(traceback.format_exception(told.value)) + repr(told.value)
        assert text.strip().encode() not in pickle.dumps(told.value)


@pytest.mark.parametrize("command", ["false", "no-such-command-anywhere", "unbalanced 'quote", ""])
def test_a_command_that_fails_is_told(tmp_path: Path, command: str) -> None:
    with pytest.raises(IdentityError, match="key command: failed"):
        find_key(None, command, nowhere(tmp_path), make=True)


def test_a_key_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(IdentityError, match="key file: cannot be read"):
        find_key(str(tmp_path / "none"), None, nowhere(tmp_path), make=True)


@given(st.binary(min_size=KEY_BYTES, max_size=KEY_BYTES))
def test_a_key_is_shown_nowhere(secret: bytes) -> None:
    key = Key(secret)
    for shown in (str(key), repr(key), f"{key}", key.fingerprint, repr([key]), key.seal(b"message")):
        assert secret.hex() not in shown
        assert repr(secret) not in shown


@pytest.mark.parametrize("length", [0, 1, 31, 33, 64])
def test_a_key_has_256_bits(length: int) -> None:
    with pytest.raises(IdentityError, match="is not 256 bits long") as told:
        Key(b"S" * length)
    assert "SS" not in repr(told.value)


TEXT = st.text(st.characters(exclude_categories=["Cs"]))


@given(TEXT, TEXT, st.sampled_from(["uid", "patient", "shift"]))
def test_a_digest_depends_on_key_purpose_and_original(one: str, other: str, purpose: str) -> None:
    key = Key(SECRET)
    assert key.digest(purpose, one) == Key(SECRET).digest(purpose, one)
    assert (key.digest(purpose, one) == key.digest(purpose, other)) is (one == other)
    assert key.digest(purpose, one) != key.digest("another", one)
    assert key.digest(purpose, one) != Key(OTHER).digest(purpose, one)
