"""The shelf of checks: each rule is one file, which tells in its docstring what it asks, why, by which source, how
to fix it.

A new rule is a new file, a line here, a plant in ``tests/plants``, and ``make pages``.
"""

from deidpipe.verify.asked import Asked
from deidpipe.verify.checks import (
    c01_conformance,
    c02_series,
    d01_identity_removed,
    d02_claims_with_evidence,
    d03_markers_agree,
    f01_names,
    h01_hipaa,
    i01_burned_in,
    i02_faces,
    i03_slide_labels,
    o01_content,
    p01_table,
    p02_patient,
    p03_person_names,
    p04_one_patient,
    r01_readable,
    s01_tables,
    t01_dates,
    u01_uids,
    u02_references,
    v01_private,
    v02_leftovers,
    x01_text,
    x02_known,
)
from deidpipe.verify.finding import Rule
from deidpipe.verify.original import Original
from deidpipe.verify.shelf import Check

MODULES = (
    r01_readable,
    d01_identity_removed,
    d02_claims_with_evidence,
    d03_markers_agree,
    p01_table,
    p02_patient,
    p03_person_names,
    p04_one_patient,
    t01_dates,
    u01_uids,
    u02_references,
    x01_text,
    x02_known,
    v01_private,
    v02_leftovers,
    o01_content,
    i01_burned_in,
    i02_faces,
    i03_slide_labels,
    c01_conformance,
    c02_series,
    f01_names,
    s01_tables,
    h01_hipaa,
)
RULES: dict[str, Rule] = {module.RULE.id: module.RULE for module in MODULES}


def checks(original: Original) -> tuple[Check, ...]:
    """Return the shelf; the checks that compare do so with ``original``."""

    def one_shift(asked: Asked) -> t01_dates.OneShift:
        return t01_dates.OneShift(asked, original)

    def known(asked: Asked) -> x02_known.KnownIdentifiers:
        return x02_known.KnownIdentifiers(asked, original)

    def roles(asked: Asked) -> u01_uids.Roles:
        return u01_uids.Roles(asked, original)

    def references(asked: Asked) -> u02_references.References:
        return u02_references.References(asked, original)

    def conformance(asked: Asked) -> c01_conformance.Conformance:
        return c01_conformance.Conformance(asked, original)

    return (
        Check(r01_readable.RULE, instance=r01_readable.look),
        Check(d01_identity_removed.RULE, instance=d01_identity_removed.look),
        Check(d02_claims_with_evidence.RULE, instance=d02_claims_with_evidence.look),
        Check(d03_markers_agree.RULE, instance=d03_markers_agree.look),
        Check(p01_table.RULE, element=p01_table.look, where=p01_table.where),
        Check(
            p02_patient.RULE, element=p02_patient.look, where=p02_patient.where, instance=p02_patient.look_at_patient
        ),
        Check(p03_person_names.RULE, element=p03_person_names.look, where=p03_person_names.where),
        Check(p04_one_patient.RULE, collection=p04_one_patient.OnePatient),
        Check(
            t01_dates.RULE,
            element=t01_dates.look,
            where=t01_dates.where,
            instance=t01_dates.look_into_the_future,
            collection=one_shift if original.folder else None,
        ),
        Check(u01_uids.RULE, element=u01_uids.look, where=u01_uids.where, collection=roles),
        Check(u02_references.RULE, collection=references),
        Check(x01_text.RULE, element=x01_text.look, where=x01_text.where),
        Check(x02_known.RULE, collection=known if original.is_known else None),
        Check(v01_private.RULE, element=v01_private.look, where=v01_private.where),
        Check(v02_leftovers.RULE, instance=v02_leftovers.look),
        Check(o01_content.RULE, instance=o01_content.look),
        Check(i01_burned_in.RULE, collection=i01_burned_in.BurnedIn),
        Check(i02_faces.RULE, collection=i02_faces.Faces),
        Check(i03_slide_labels.RULE, instance=i03_slide_labels.look),
        Check(c01_conformance.RULE, collection=conformance),
        Check(c02_series.RULE, collection=c02_series.Consistency),
        Check(f01_names.RULE, collection=f01_names.Names),
        Check(s01_tables.RULE, collection=s01_tables.Tables),
        Check(h01_hipaa.RULE),
    )
