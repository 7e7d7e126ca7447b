"""The Attributes of VR UI, DA, TM, DT, PN, AE and UR that Table E.1-1 does not list, each in a class of our own;
and the free text that it does not list and that must not be empty.

Source: PS3.15 E.1.1 (dates and times may be treated by VR), E.3.9 (structural UIDs stay). The classes are ours.
"""

from functools import cache

from deidpipe.standard.datafile import read


def class_of(tag: int) -> str | None:
    """Return the class of an Attribute, None if it is not one of these.

    The classes: structural-keep, instance-map, temporal, person, location, organisation-or-creator, file-meta, other.
    """
    return _classes().get(tag)


@cache
def _classes() -> dict[int, str]:
    classes = {}
    for line in read("unlisted.tsv").lines:
        tag, our_class, _keyword, _vr = line.split("\t")
        classes[int(tag, 16)] = our_class
    return classes


STRUCTURAL_UIDS = frozenset(tag for tag, our_class in _classes().items() if our_class == "structural-keep")

# Free text that PS3.3 has with Type 1 or 1C and nowhere with Type 2 or 2C (PS3.3 2026b): a dummy, never empty.
NEVER_EMPTY = frozenset(
    {
        0x0008030C,  # Private Data Element Name
        0x0008030D,  # Private Data Element Keyword
        0x00100222,  # Genetic Modifications Description
        0x00102201,  # Patient Species Description
        0x001811A4,  # Paddle Description
        0x00187062,  # Exposure Control Mode Description
        0x00189080,  # Metabolite Map Description
        0x0018925B,  # ASL Crusher Description
        0x00189916,  # Instruction Text
        0x0022112C,  # Calculation Comment
        0x00280A04,  # Pixel Spacing Calibration Description
        0x30020120,  # Position Acquisition Template ID
        0x300A0735,  # Treatment Tolerance Violation Identification
        0x3010000C,  # Conceptual Volume Combination Expression
        0x3010001D,  # Device Alternate Identifier Format
        0x00400031,  # Local Namespace Entity ID
        0x00400032,  # Universal Entity ID
        0x0040A160,  # Text Value
        0x0040E001,  # HL7 Instance Identifier
        0x00620020,  # Tracking ID
        0x00686280,  # Information Summary
        0x00720004,  # Hanging Protocol Description
        0x0072006F,  # Selector UC Value
        0x00800009,  # Texture Label
        0x0082000A,  # Observation Description
        0x00820037,  # Constraint Violation Condition
    }
)
