"""dicom-validator without the network: what it reads from the DocBook of PS3.3, the tables of highdicom give it.

The tables have Modules, Types and paths, but no conditions and no Enumerated Values: so Types 1 and 2, wrong Sequences,
values that are illegal for their VR, and Attributes that are in no Module of the IOD are looked at.
"""

import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from dicom_validator.validator.dicom_info import DicomInfo
from dicom_validator.validator.error_handler import ValidationResultHandlerBase
from dicom_validator.validator.iod_validator import IODValidator
from pydicom import dcmread
from pydicom.datadict import keyword_for_tag, tag_for_keyword

Module = dict[str, dict[str, Any]]


def errors_found(path: Path) -> frozenset[str]:
    """Return what dicom-validator finds wrong, each as code and path, without values and numbers of Items."""
    data_set = dcmread(path, force=True, stop_before_pixels=True)
    found = IODValidator(data_set, _standard(), error_handler=ValidationResultHandlerBase()).validate()
    errors = (each for of_module in (found.module_errors or {}).values() for each in of_module.items())
    return frozenset(
        f"{error.code.name} " + "/".join(keyword_for_tag(part) or str(part) for part in (*(tag.parents or ()), tag.tag))
        for tag, error in errors
    )


@cache
def _standard() -> DicomInfo:
    iods = _table("iod_module_map")
    modules = {name: _module(lines) for name, lines in _table("module_attribute_map").items()}
    kinds = {
        sop_class: {
            "title": iod,
            "modules": {each["key"]: {"ref": each["key"], "use": each["usage"]} for each in iods[iod]},
            "group_macros": {},
        }
        for sop_class, iod in _table("sop_class_iod_map").items()
    }
    return DicomInfo({}, kinds, modules)


def _table(name: str) -> Any:
    return json.loads(files("highdicom").joinpath("_standard", f"{name}.json").read_text("utf-8"))


def _module(lines: list[Mapping[str, Any]]) -> Module:
    """Return a Module as dicom-validator wants it: by tag, what stands in the Items below the Sequence."""
    module: Module = {}
    for line in lines:
        at = module
        for keyword in line["path"]:
            at = at.setdefault(_written(keyword), {"name": keyword, "type": "3"}).setdefault("items", {})
        at.setdefault(_written(line["keyword"]), {}).update(name=line["keyword"], type=line["type"])
    return module


def _written(keyword: str) -> str:
    tag = tag_for_keyword(keyword) or 0
    return f"({tag >> 16:04X},{tag & 0xFFFF:04X})"
