"""What a run is asked to do: profile, rules, identity, and what is remembered from one Instance to the next."""

import os
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from deidpipe.actions.procedure import Procedure, procedure_of
from deidpipe.audit.lines import plan_digest
from deidpipe.audit.records import DecisionRecord, Outcome, PlanRecord
from deidpipe.dicom.content import content_values, contents_of
from deidpipe.dicom.guide import Guide
from deidpipe.dicom.instance import META_SOP_CLASS, META_SOP_INSTANCE, TRANSFER_SYNTAX, Instance
from deidpipe.dicom.layout import Layout
from deidpipe.dicom.path import creators_of, name_of
from deidpipe.dicom.values import CHARACTER_SET
from deidpipe.errors import UsageError
from deidpipe.identity.key import Key
from deidpipe.identity.mapping import MappedPatient
from deidpipe.identity.subject import Identity, Subject
from deidpipe.plan.conditions import Values, met
from deidpipe.plan.decide import Decision, decide
from deidpipe.plan.opaque import Opaque, opaque
from deidpipe.plan.pixels import is_looked_at, risk_of
from deidpipe.profile.declared import NOTHING_DECLARED, Declared, declared_in
from deidpipe.profile.model import Condition, Profile, QuarantineRule
from deidpipe.profile.ruleset import BASIC, OWN, RuleSet
from deidpipe.run.gather import NOTHING_GATHERED, Gathered
from deidpipe.run.utility import Lost, lost_by
from deidpipe.standard.actions import Action
from deidpipe.standard.options import Option
from deidpipe.standard.types import empty_at_least, iod_of
from deidpipe.text.doubt import Doubt
from deidpipe.text.patient import PatientTexts, SharedTexts

_SOP_INSTANCE, _BURNED_IN, _PIXEL_DATA = 0x00080018, 0x00280301, 0x7FE00010
_REMEMBERED = 400  # layouts whose procedure is kept
_NOT_YET = {
    Option.CLEAN_RECOGNIZABLE_VISUAL_FEATURES: "faces are not removed yet",
}
Fits = frozenset[tuple[Condition, ...]]


def must_be_possible(profile: Profile) -> None:
    """Raise UsageError if a profile asks for what this version cannot do: nothing is claimed that is not done."""
    for option in sorted(profile.options):
        if option in _NOT_YET:
            raise UsageError(f"option {option.value}", _NOT_YET[option], "leave the Option out of the run")
    if Option.CLEAN_PIXEL_DATA in profile.options:
        from deidpipe.run.pixels import must_have_detectors  # here, because few profiles have a need of it

        must_have_detectors(profile.pixels)


class Watched(NamedTuple):
    """The entries of a written layout whose values are looked at in every file."""

    empty: tuple[int, ...]
    uids: tuple[int, ...]


class Prepared(NamedTuple):
    """A procedure with its plan for the audit, and what the look afterwards needs."""

    procedure: Procedure
    plan: PlanRecord
    sop_class: str
    fits: Fits
    declared: Declared  # what the sender says of its private elements, while it was still there
    opaque: Opaque | None  # what it holds that nobody can look into; then it is not released
    replaces_instance_uid: bool
    kept_uids: tuple[int, ...]  # entries of VR UI whose values stay
    passed: dict[Layout, Watched]  # layouts of written files that were found right
    guide: Guide  # to the next Instance of this layout
    written: list[Guide]  # to the next Instance as written; empty before the first one
    lost: tuple[Lost, ...]  # what research needs and does not get


class Job:
    """One run's work order; a copy of it works in each process."""

    def __init__(
        self, profile: Profile, key: Key, work_folder: str, public: str, mapping: Mapping[str, MappedPatient]
    ) -> None:
        """Raise UsageError if the profile asks for what this version cannot do."""
        must_be_possible(profile)
        self.profile, self.public, self.work_folder = profile, public, work_folder
        self.pictures = os.path.join(os.path.dirname(work_folder), "pixels") if work_folder else ""
        self.rules = RuleSet(profile)
        self._cleans_pixels = Option.CLEAN_PIXEL_DATA in profile.options
        self._cleans_content = Option.CLEAN_STRUCTURED_CONTENT in profile.options
        self._keeps_private = Option.RETAIN_SAFE_PRIVATE in profile.options
        rules = profile.identity
        self.identity = Identity(
            key,
            uid_root=rules.uid_root,
            patient_id=rules.patient_id,
            shift=(rules.shift_from, rules.shift_to),
            texts=self._texts_of,
            mapping=mapping,
        )
        self.gathered: Gathered = NOTHING_GATHERED
        self._shared: SharedTexts | None = None  # made where it is first needed: each process has its own
        self._texts: list[PatientTexts] = []  # those in which words in doubt may have been met
        self.guide: Guide | None = None  # to the layout of the last Instance
        self._prepared: dict[tuple[object, ...], Prepared] = {}

    @property
    def cleans_pixels(self) -> bool:
        """Whether the profile has the Clean Pixel Data Option."""
        return self._cleans_pixels

    def stopped_by(self, values: Values, *, looks_at_pixels: bool) -> QuarantineRule | None:
        """Return the quarantine rule that holds for an Instance, if any.

        A rule that asks for nothing but Burned In Annotation does not count where text is found and hidden.
        """
        for rule in self.profile.quarantine:
            if met(rule.when, values) and not (looks_at_pixels and _is_about_text(rule)):
                return rule
        return None

    @property
    def stops_at_doubt(self) -> bool:
        """Whether an Instance with a text in doubt is not released."""
        return self.profile.in_doubt is Doubt.QUARANTINE

    def texts(self, subject: Subject) -> PatientTexts:
        """Return what cleans the texts of a subject."""
        assert isinstance(subject.texts, PatientTexts)
        return subject.texts

    def texts_of(self, patient: str) -> PatientTexts:
        """Return what cleans the texts of a patient."""
        return self.texts(self.identity.subject(patient))

    def doubtful(self) -> set[tuple[int, str]]:
        """Return (tag, words) of what stayed in doubt since the last time."""
        met: set[tuple[int, str]] = set()
        for texts in self._texts:
            met |= texts.doubtful
            texts.doubtful.clear()
        self._texts = self._texts[-1:]
        return met

    def _texts_of(self, patient: str, new: Sequence[str]) -> PatientTexts:
        """Return what cleans the texts of a patient; ``new`` are the new names, which are not hunted."""
        if self._shared is None:
            self._shared = SharedTexts(self.gathered.shared)
        own = self.gathered.patients.get(patient, frozenset())
        texts = PatientTexts((each for each in own if each.value not in new), self._shared, self.profile.in_doubt)
        self._texts.append(texts)
        return texts

    def looks_at_pixels(self, instance: Instance, sop_class: str, values: Values) -> bool:
        """Tell whether the pixels of an Instance are looked at."""
        if not self._cleans_pixels or _PIXEL_DATA not in instance.data_set.layout.top:
            return False
        return is_looked_at(self.profile.pixels.look, risk_of(sop_class, values))

    def prepared(
        self, instance: Instance, sop_class: str, values: Values, *, has_clean_pixels: bool = False
    ) -> Prepared:
        """Return the procedure for an Instance: the one of its layout, made at the first that has it.

        ``has_clean_pixels`` says that its pixels were looked at and nothing is left in them: then that is claimed.
        """
        index, encoding = instance.data_set, instance.encoding
        fits = self._fits(values)
        creators = index.values(index.layout.creators)
        character_set = index.value_of(CHARACTER_SET)
        said = content_values(index) if self._cleans_content else ()
        declared = index.values(index.layout.declaring) if self._keeps_private else ()
        known: tuple[object, ...] = (
            *(index.layout, sop_class, creators, said, declared, character_set, encoding, fits, has_clean_pixels),
            *instance.meta,
        )
        prepared = self._prepared.get(known)
        if prepared is None:
            if len(self._prepared) >= _REMEMBERED:
                self._prepared.clear()
            prepared = self._prepared[known] = self._prepare(instance, sop_class, fits, character_set, has_clean_pixels)
        self.guide = prepared.guide
        return prepared

    def decisions(
        self, instance: Instance, sop_class: str, fits: Fits, declared: Declared = NOTHING_DECLARED
    ) -> list[Decision]:
        """Return the Decision on each element of the Data Set."""
        index = instance.data_set
        creators = creators_of(index.layout, index.value)
        contents = contents_of(index) if self._cleans_content else {}
        return decide(index.layout, creators, self.rules, iod_of(sop_class), fits, contents, declared)

    def _prepare(
        self,
        instance: Instance,
        sop_class: str,
        fits: Fits,
        character_set: bytes | None,
        has_clean_pixels: bool,  # noqa: FBT001
    ) -> Prepared:
        declared = declared_in(instance.data_set) if self._keeps_private else NOTHING_DECLARED
        decisions = self.decisions(instance, sop_class, fits, declared)
        layout = instance.data_set.layout
        replaces_instance_uid = any(
            decision.action is not Action.KEEP
            for decision in decisions
            if decision.entry == layout.top.get(_SOP_INSTANCE)
        )
        procedure = procedure_of(
            decisions,
            layout,
            instance.encoding,
            self.profile.options if has_clean_pixels else self.profile.options - {Option.CLEAN_PIXEL_DATA},
            _before(instance.meta, replaces_instance_uid=replaces_instance_uid),
            character_set,
            self.profile.identity.dates,
            self._missing(sop_class),
        )
        plan = PlanRecord(plan_digest(procedure.records), tuple(procedure.records))
        kept_uids = tuple(
            decision.entry
            for decision in decisions
            if decision.action is Action.KEEP and decision.disposed_with is None
            if (decision.rule.listed_vr or decision.vr) == "UI"
        )
        held = opaque(sop_class, decisions, self.profile, fits)
        guide = Guide(layout)
        lost = lost_by(procedure.records, sop_class)
        return Prepared(
            procedure, plan, sop_class, fits, declared, held, replaces_instance_uid, kept_uids, {}, guide, [], lost
        )

    def _missing(self, sop_class: str) -> tuple[int, ...]:
        """Return what the IOD wants at the top of a Data Set, if the profile wants IODs completed."""
        iod = iod_of(sop_class) if self.profile.complete_iod else None
        return empty_at_least(iod) if iod else ()

    def _fits(self, values: Values) -> Fits:
        conditions = self.rules.conditions
        return frozenset(when for when in conditions if met(when, values)) if conditions else frozenset()


def _is_about_text(rule: QuarantineRule) -> bool:
    """Tell if a rule only asks whether text is said to be burned in, which is then found and hidden."""
    return all(condition.tag == _BURNED_IN for condition in rule.when)


def _before(meta: Mapping[int, bytes], *, replaces_instance_uid: bool) -> list[DecisionRecord]:
    """Return the records of preamble and File Meta Information, which are replaced by our own."""
    source = "PS3.15 E.1.1"
    zeros, ours = "128 zero bytes", "our own File Meta Information"
    records = [DecisionRecord("preamble", "", Action.REMOVE, zeros, Outcome.REPLACED, BASIC, source, "")]
    for tag in meta:
        if tag == META_SOP_INSTANCE and replaces_instance_uid:
            kind, outcome, method = Action.UID, Outcome.REPLACED, "that of the Data Set"
        elif tag in (META_SOP_CLASS, META_SOP_INSTANCE, TRANSFER_SYNTAX):
            kind, outcome, method = Action.KEEP, Outcome.KEPT, ""
        elif tag in (0x00020000, 0x00020001, 0x00020012, 0x00020013):
            kind, outcome, method = Action.DUMMY, Outcome.REPLACED, ours
        else:
            kind, outcome, method = Action.REMOVE, Outcome.REMOVED, ours
        records.append(DecisionRecord(name_of(tag), "", kind, method, outcome, OWN, source, ""))
    return records
