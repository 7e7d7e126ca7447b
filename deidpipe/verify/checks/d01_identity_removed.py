"""D-01: the Instance says that it was de-identified, and how.

Asks: Patient Identity Removed is YES, and De-identification Method or its Code Sequence is there. With a profile: the
codes of the Basic Profile and of every Option of the profile are there, and no Option that retains what the profile
removes. The codes for pixels stand only where pixels were cleaned; missing at high risk, they are a warning.
Why: who receives the files must know by the files what was done; an Option that was not claimed was not done.
Source: PS3.15 E.1.1, PS3.16 CID 7050.
Fix: let the tool that cleans write (0012,0062), (0012,0063) and (0012,0064), or check against the profile that was
used.
"""

from collections.abc import Iterator

from deidpipe.standard.options import BASIC_CODE, OPTIONS
from deidpipe.verify.checks.i01_burned_in import risk_of
from deidpipe.verify.claims import METHOD_CODES, Claims, codes_of
from deidpipe.verify.finding import Hit, Rule, Severity
from deidpipe.verify.reader import Instance
from deidpipe.verify.shelf import Located, at

RULE = Rule(
    "D-01",
    Severity.BLOCK,
    "the Instance says that it was de-identified, and how",
    "PS3.15 E.1.1, PS3.16 CID 7050",
    "let the tool that cleans write (0012,0062), (0012,0063) and (0012,0064), or check against the profile that was "
    "used",
    by_value=False,
)
DICOMDIR = "1.2.840.10008.1.3.10"
_REMOVED, _METHOD = 0x00120062, 0x00120063
_PIXELS = "113101"
_WHERE_DONE = frozenset({_PIXELS, "113102"})  # claimed by the Instances whose pixels were cleaned, and by no others
_RETAIN = frozenset(facts.code for option, facts in OPTIONS.items() if option.value.startswith("retain"))


def look(instance: Instance, claims: Claims) -> Iterator[Located]:
    """Yield what an Instance fails to say of its de-identification."""
    if instance.text(0x00080016) == DICOMDIR:  # its IOD has no place for it
        return
    if instance.text(_REMOVED).upper() != "YES":
        yield at(Hit(RULE.id, "Patient Identity Removed is not YES"), instance, path="PatientIdentityRemoved")
    has_codes = METHOD_CODES in instance.top and claims.claimed
    if not has_codes and not instance.text(_METHOD):
        yield at(Hit(RULE.id, "it is not said how it was de-identified"), instance, path="DeidentificationMethod")
        return
    if not has_codes:
        severity = Severity.BLOCK if claims.expected.profile else Severity.WARN
        hit = Hit(RULE.id, "De-identification Method Code Sequence is missing", severity=severity)
        yield at(hit, instance, path="DeidentificationMethodCodeSequence")
        return
    if _PIXELS in codes_of(claims.expected.options) - claims.claimed and risk_of(instance):
        what = f"code {_PIXELS} of the profile is not claimed, and text in its pixels is likely"
        yield at(Hit(RULE.id, what, severity=Severity.WARN), instance, path="DeidentificationMethodCodeSequence")
    for what in sorted(_wrong_codes(claims)):
        yield at(Hit(RULE.id, what), instance, path="DeidentificationMethodCodeSequence")


def _wrong_codes(claims: Claims) -> Iterator[str]:
    if BASIC_CODE[0] not in claims.claimed:
        yield f"code {BASIC_CODE[0]} (Basic Profile) is not claimed"
    if not claims.expected.profile:
        return
    wanted = codes_of(claims.expected.options)
    for code in wanted - claims.claimed - {BASIC_CODE[0]} - _WHERE_DONE:
        yield f"code {code} of the profile is not claimed"
    for code in (claims.claimed & _RETAIN) - wanted:
        yield f"code {code} is claimed, an Option that the profile does not have"
