"""The words that deidpipe knows: each as all that it may be, however it is written."""

import gzip
import json
from collections import Counter
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deidpipe.text import installed
from deidpipe.text.folding import fold
from deidpipe.text.phrases import clinical_phrases
from deidpipe.text.span import Kind
from deidpipe.text.vocabulary import Standing, is_clinical, is_name, is_plain, standing, words
from tools.make_vocabulary import DATA, FOLDERS, entries, sections, vocabulary
from tools.measure_text import WORD, identifying, phrases

CLINICAL, PLAIN, GIVEN, FAMILY = Standing.CLINICAL, Standing.PLAIN, Standing.GIVEN_NAME, Standing.FAMILY_NAME


IMAGING = """
    Axial SAG fspgr Gadavist Omnipaque FDG VIBE Lauenstein Judkins Hodgkin Dixon Lexiscan MAGNETOM kidneys scanned
    segmented hepatosplenomegaly Schädel SCHAEDEL Thoraxaufnahme Oberschenkelhalsfraktur l'abdomen cráneo hombro
    ginocchio schedel hjärna czaszki akciğer головного μαστογραφία الصدر 胸部 造影 胸部造影
    頭部単純 头颅 CT增强 평가 골반 ＭＲＩ prepyloric PhoenixZIPReport CorCTA
"""
EVERYDAY = "the with Tuesday März avec para sono и και patient unchanged zymurgy"
NAMES = """
    Amy WILSON Okafor Lindqvist García garcia Hölzl HOELZL Müller Mueller O'Brien O’Brien OConnor McDonald Nguyen DeLuca
    Þorvaldsdóttir Yamada Иванова Παπαδόπουλος فاطمة 王 김
"""
UNLISTED = "Szczepanski Thibodeaux Wagenknecht 王小明 山田太郎 Хабибуллина qxzzv"
NO_TERMS = "Hauser Beckmann Ingram MacLean LaRose VanDyke Kopfler Handel Longbottom Underhill"


@pytest.mark.parametrize("word", IMAGING.split())
def test_a_word_of_imaging_is_clinical(word: str) -> None:
    assert is_clinical(word)


@pytest.mark.parametrize("word", EVERYDAY.split())
def test_an_everyday_word_is_plain(word: str) -> None:
    assert is_plain(word)


@pytest.mark.parametrize("word", NAMES.split())
def test_a_name_is_a_name(word: str) -> None:
    assert is_name(word)


@pytest.mark.parametrize(
    ("word", "both"),
    [
        ("Young", PLAIN | FAMILY),
        ("Rose", PLAIN | GIVEN | FAMILY),
        ("May", PLAIN | GIVEN | FAMILY),
        ("Long", PLAIN | FAMILY),
        ("Dixon", CLINICAL | FAMILY),
        ("Hodgkin", CLINICAL | FAMILY),
        ("Baker", CLINICAL | FAMILY),
        ("Florence", GIVEN | Standing.PLACE),
    ],
)
def test_a_word_stands_as_all_that_it_may_be(word: str, both: Standing) -> None:
    assert standing(word) & both == both


@pytest.mark.parametrize(
    "word", ["Szczepanski", "Thibodeaux", "Wagenknecht", "王小明", "山田太郎", "Хабибуллина", "qxzzv"]
)
def test_what_nobody_listed_is_no_word(word: str) -> None:
    assert not standing(word) & (CLINICAL | PLAIN)


@pytest.mark.parametrize("word", NO_TERMS.split())
def test_a_name_is_not_taken_for_a_compound_or_a_term(word: str) -> None:
    assert not standing(word) & CLINICAL


@given(st.text(max_size=20))
def test_any_text_has_a_standing_whatever_its_case(word: str) -> None:
    assert isinstance(standing(word), Standing)
    assert fold(fold(word)) == fold(word)


@pytest.mark.parametrize("word", sorted(words())[::97])
def test_case_makes_no_difference(word: str) -> None:
    assert standing(word.upper()) & words()[word] == words()[word] or fold(word.upper()) != word


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Lymphoma, Ann Arbor stage II", ["Ann Arbor stage"]),
        ("ANN-ARBOR", ["ANN-ARBOR"]),
        ("seen in Ann, Arbor", []),
        ("Stanford type B dissection", ["Stanford type B"]),
        ("De  Quervain's", ["De  Quervain"]),
        ("Swan-Ganz tip", ["Swan-Ganz tip"]),
        ("Crohn's disease", ["Crohn's disease"]),
        ("st. jude valve, T2 Dixon", ["st. jude valve", "T2 Dixon"]),
        ("Hill-Sachs and von Willebrand", ["Hill-Sachs", "von Willebrand"]),
        ("Stanford, Amy", []),
        ("", []),
    ],
)
def test_a_clinical_phrase_is_found_where_it_stands(text: str, found: list[str]) -> None:
    assert [text[start:stop] for start, stop in clinical_phrases(text)] == found


@given(st.text(max_size=60))
def test_phrases_come_in_order_and_apart(text: str) -> None:
    spans = list(clinical_phrases(text))
    assert all(first[1] <= second[0] for first, second in pairwise(spans))
    assert all(0 <= start < stop <= len(text) for start, stop in spans)


def test_the_spellings_are_found_where_the_package_has_them() -> None:
    packed = installed._folder("spellchecker") / "resources" / "en.json.gz"
    spellings = sorted(json.loads(gzip.decompress(packed.read_bytes())))
    some = [word for word in (spellings[0], spellings[-1], *spellings[::211]) if word.isascii()]
    assert [word for word in some if not installed.is_spelt(word)] == []
    absent = [f"{word}q" for word in some if f"{word}q" not in set(spellings)]
    assert [word for word in absent if installed.is_spelt(word)] == []


def test_the_vocabulary_is_made_from_the_lists() -> None:
    made, found = vocabulary()
    assert (DATA / "vocabulary.txt").read_text(encoding="utf-8") == sections(made)
    assert (DATA / "phrases.txt").read_text(encoding="utf-8").splitlines() == found
    assert words() == made


@pytest.mark.parametrize("path", sorted(DATA.glob("*/*.txt")), ids=lambda path: path.stem)
def test_a_list_says_what_it_is_and_repeats_nothing(path: object) -> None:
    assert isinstance(path, type(DATA))
    assert path.parent.name in FOLDERS
    assert path.read_text(encoding="utf-8").startswith("# ")
    assert [entry for entry, times in Counter(entries(path)).items() if times > 1] == []


def test_the_texts_to_measure_with_are_sound() -> None:
    assert len(list(phrases())) >= 2500
    assert len(list(identifying())) >= 800
    for row in identifying():
        assert len(row.kinds) == len(row.parts)
        assert {Kind(kind) for kind in row.kinds}
        assert [piece for piece in (*row.parts, *row.stays) if piece not in row.text] == []


def test_hardly_a_word_of_the_clinical_phrases_is_unknown() -> None:
    met = [word for _, text in phrases() for word in WORD.findall(text) if word.isalpha() and len(word) > 2]
    assert sum(not standing(word) for word in met) / len(met) < 0.01
