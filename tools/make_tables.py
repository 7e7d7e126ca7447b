"""Make the data files of deidpipe/standard and deidpipe/dicom from the Standard's tables: run by ``make tables``.

The same source gives the same bytes. A data file begins with three head lines: its edition, its source, its columns.
"""

import argparse
import csv
import json
import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from pydicom import __version__ as pydicom_version
from pydicom._dicom_dict import DicomDictionary, RepeatersDictionary
from pydicom._uid_dict import UID_dictionary
from pydicom.sr._snomed_dict import mapping as snomed

ROOT = Path(__file__).resolve().parent.parent
STANDARD = Path("deidpipe/standard/data")
DICOM = Path("deidpipe/dicom/data")

SAFE_PRIVATE_EDITION = "2026c"  # unchanged since 2023b, says the README of the source
TCIA_EDITION = "2024-02-01"
DICTIONARY_EDITION = "2026c/2026d"  # of the Attributes that pydicom lacks

# Single words among the Private Creators that could not be a surname; any other single word of letters is left out.
PLAIN_WORDS = frozenset({"CTP", "GEIIS", "SIENET", "MMCPrivate", "NetRAAD", "VarianTime", "LexmarkVNA"})
# Private Creators that name a hospital or a university, or no vendor at all.
NO_VENDOR = re.compile(r"^(HMC|HMS|UCSF|CtProjectionData-Mayo|IPKCREP|IM_s\.c\.|Unnamed|IMPLEMENTOR_ID|PB group)|\?$")


def main() -> None:
    """Write all data files."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--source", type=Path, default=ROOT.parent / "shared" / "ps315", help="the folder of the tables"
    )
    for path, text in data_files(parser.parse_args().source).items():
        (ROOT / path).parent.mkdir(parents=True, exist_ok=True)
        (ROOT / path).write_text(text, encoding="utf-8", newline="\n")
        print(f"{path}: {len(text.splitlines()) - 3} rows")


def data_files(source: Path) -> Mapping[Path, str]:
    """Return the text of each data file, by its path in the repository."""
    edition = table_edition(source)
    types = json.loads((source / "iod_types.json").read_text(encoding="utf-8"))
    extra = csv_rows(source / "extra_dictionary.csv")
    return {
        STANDARD / "table_e1_1.tsv": written(
            edition, "PS3.15 Table E.1-1, Application Level Confidentiality Profile Attributes",
            "tag keyword name vr basic options", table_lines(csv_rows(source / "table_e1_1.csv"), extra),
        ),
        STANDARD / "content_items.tsv": written(
            edition, f"PS3.15 Table E.3.4-1; SNOMED codes that are retired as in pydicom {pydicom_version}",
            "code scheme value_type basic options retired meaning",
            content_lines(csv_rows(source / "table_e3_4_1.csv")),
        ),
        STANDARD / "iod_types.tsv": written(
            types["meta"]["edition"], "PS3.3, Types of the Attributes of PS3.15 Table E.1-1 in each Module",
            "kind name values", type_lines(types),
        ),
        STANDARD / "safe_private.tsv": written(
            SAFE_PRIVATE_EDITION, "PS3.15 Table E.3.10-1, Safe Private Attributes",
            "group low vrs creator", safe_private_lines(csv_rows(source / "safe_private.csv")),
        ),
        STANDARD / "tcia_private.tsv": written(
            TCIA_EDITION, "The Cancer Imaging Archive (TCIA), private tag knowledge base, with thanks",
            "block elements", tcia_lines(csv_rows(source / "tcia_private_kb.csv")),
        ),
        STANDARD / "private_creators.tsv": written(
            SAFE_PRIVATE_EDITION, "PS3.15 Table E.3.10-1, TCIA private tag knowledge base of 2024-02-01",
            "creator", creator_lines(source),
        ),
        STANDARD / "unlisted.tsv": written(
            edition, "Attributes of VR UI, DA, TM, DT, PN, AE, UR that PS3.15 Table E.1-1 lacks; the class is ours",
            "tag class keyword vr", unlisted_lines(csv_rows(source / "not_in_table_by_vr.csv")),
        ),
        DICOM / "dictionary.tsv": written(
            DICTIONARY_EDITION, f"PS3.6, as in pydicom {pydicom_version}, and the Attributes that it lacks",
            "tag vrs keyword", dictionary_lines(extra),
        ),
        DICOM / "repeaters.tsv": written(
            DICTIONARY_EDITION, f"PS3.6, Attributes whose tags have free digits (x), as in pydicom {pydicom_version}",
            "tag vrs keyword", repeater_lines(),
        ),
        STANDARD / "uids.tsv": written(
            DICTIONARY_EDITION, f"PS3.6 Annex A: the UIDs that the Standard defines, as in pydicom {pydicom_version}",
            "uid", sorted(UID_dictionary),
        ),
    }  # fmt: skip


def table_edition(source: Path) -> str:
    """Return the edition that the README of the source states for Table E.1-1."""
    readme = (source / "README.md").read_text(encoding="utf-8")
    stated = re.search(r"Edition: Table E\.1-1\b.* of PS3\.15 (\d{4}[a-z])", readme)
    if stated is None:
        raise SystemExit(f"{source / 'README.md'}: no edition of Table E.1-1 is stated; add it")
    return stated[1]


def csv_rows(path: Path) -> list[dict[str, str]]:
    """Return the rows of a table by column name."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def written(edition: str, source: str, columns: str, lines: Iterable[str]) -> str:
    """Return the text of a data file."""
    head = [f"# edition\t{edition}", f"# source\t{source}", "# columns\t" + columns.replace(" ", "\t")]
    return "\n".join([*head, *lines]) + "\n"


def table_lines(table: list[dict[str, str]], extra: list[dict[str, str]]) -> list[str]:
    """Return one line for each row of Table E.1-1; its Options are written as column=code."""
    lacking = {row["tag"]: row for row in extra}
    columns = list(table[0])
    option_columns = columns[columns.index("basic_profile") + 1 :]
    lines = []
    for row in table:
        named = row if row["keyword"] else lacking.get(row["tag"], row)
        options = " ".join(f"{column}={row[column]}" for column in option_columns if row[column])
        lines.append("\t".join((row["tag"], named["keyword"], row["name"], named["vr"], row["basic_profile"], options)))
    return lines


def content_lines(table: list[dict[str, str]]) -> list[str]:
    """Return one line for each row of Table E.3.4-1, with the SNOMED codes that its concept had before SCT."""
    columns = list(table[0])
    option_columns = columns[columns.index("basic_profile") + 1 :]
    lines = []
    for row in table:
        code, scheme = row["code_value"], row["coding_scheme"]
        retired = sorted(old for old, new in snomed["SRT"].items() if new == code) if scheme == "SCT" else []
        options = " ".join(f"{column}={row[column]}" for column in option_columns if row[column])
        cells = (code, scheme, row["value_type"], row["basic_profile"], options, " ".join(retired), row["code_meaning"])
        lines.append("\t".join(cells))
    return lines


def type_lines(types: Mapping[str, Mapping[str, Mapping[str, Mapping[str, str]]]]) -> list[str]:
    """Return the SOP Classes, the IODs with their Modules (M, C, U), and the Modules with their Types."""
    sop_classes = {**types["sop_classes"], **types["sop_classes_retired"]}
    lines = [f"sop-class\t{uid}\t{iod}" for uid, iod in sorted(sop_classes.items())]
    for iod, usages in sorted(types["iods"].items()):
        lines.append("\t".join(("iod", iod, *(" ".join(sorted(usages.get(usage, ()))) for usage in "MCU"))))
    for module, parts in sorted(types["modules"].items()):
        cells = {**parts.get("top", {}), **parts.get("nested", {})}
        lines.append(f"module\t{module}\t" + " ".join(f"{path}={kind}" for path, kind in sorted(cells.items())))
    return lines


def safe_private_lines(listed: list[dict[str, str]]) -> list[str]:
    """Return group, low byte, VRs (none if the Table states none) and Private Creator of each safe element."""
    lines = []
    for row in listed:
        group, low = row["tag"].split(",xx")
        lines.append("\t".join((group, low, row["vr"].replace(" or ", " "), row["private_creator"].rstrip(" "))))
    return lines


def tcia_lines(judged: list[dict[str, str]]) -> list[str]:
    """Return one line for each block: the path to it, its Private Creator, then LOW=VR:disposition,... of each element.

    A private element in a path is GGGG"creator"LL, a public one GGGGEEEE. No VR is a Sequence: all of these are.
    Left out are Private Creators that stand there as elements; ? is a row that TCIA has not decided.
    """
    blocks: dict[str, dict[str, list[str]]] = {}
    for row in judged:
        *above, (group, creator, low) = re.findall(r'\((\w{4}),(?:("[^"]*"),xx)?(\w+)\)', row["path"])
        if int(group, 16) % 2 and not creator:
            continue
        block = "/".join([*(f"{group}{creator}{low}" for group, creator, low in above), f"{group}{creator}"])
        vr, disposition = row["vr"] or "SQ", row["disposition"] or "?"
        blocks.setdefault(block, {}).setdefault(low.upper(), []).append(f"{vr}:{disposition}")
    return [
        block + "\t" + " ".join(f"{low}={','.join(sorted(rows))}" for low, rows in sorted(elements.items()))
        for block, elements in sorted(blocks.items())
    ]


def creator_lines(source: Path) -> list[str]:
    """Return the Private Creators that are plainly a vendor's."""
    safe = {row["private_creator"].rstrip(" ") for row in csv_rows(source / "safe_private.csv")}
    others = {row["private_creator"].rstrip(" ") for row in csv_rows(source / "tcia_private_kb.csv")}
    return sorted(safe | {creator for creator in others if is_vendor(creator)})


def is_vendor(creator: str) -> bool:
    """Tell whether a Private Creator is neither a number, a date, a hospital nor a word that could be a surname."""
    if not re.search(r"[A-Za-z]", creator) or NO_VENDOR.search(creator):
        return False
    return creator in PLAIN_WORDS or not re.fullmatch(r"[A-Za-z]+", creator)


def unlisted_lines(unlisted: list[dict[str, str]]) -> list[str]:
    """Return the Attributes that Table E.1-1 lacks; of the class, the word before its remark."""
    return [
        "\t".join((row["tag"], re.split(r" \(|:", row["our_class"])[0], row["keyword"], row["vr"])) for row in unlisted
    ]


def dictionary_lines(extra: list[dict[str, str]]) -> list[str]:
    """Return tag, VRs and keyword of each Attribute; Items and delimiters are none."""
    lines = {f"{tag:08X}": (entry[0], entry[4]) for tag, entry in DicomDictionary.items() if entry[0] != "NONE"}
    lines |= {row["tag"]: (row["vr"], row["keyword"]) for row in extra if row["tag"] not in lines}
    return [f"{tag}\t{vrs.replace(' or ', '/')}\t{keyword}" for tag, (vrs, keyword) in sorted(lines.items())]


def repeater_lines() -> list[str]:
    """Return the same for the Attributes whose tags have free digits."""
    entries = sorted(RepeatersDictionary.items())
    return [f"{tag}\t{entry[0].replace(' or ', '/')}\t{entry[4]}" for tag, entry in entries]


if __name__ == "__main__":
    main()
