"""Write down what is done while it is done, and turn it into the audit at the end.

While files are cleaned, each one adds a line to a journal in the private folder. ``finish`` sorts the lines, links them
by a chain of digests and writes Parquet and the manifest, the manifest last. DuckDB is imported only then.
"""

import hashlib
import os
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Final

from deidpipe.audit.lines import (
    CHAIN_START,
    decision_line,
    instance_line,
    lines_digest,
    next_link,
    sorted_lines,
)
from deidpipe.audit.manifest import AUDIT, canonical, sealed
from deidpipe.audit.records import FileOutcome, InstanceRecord, PlanRecord
from deidpipe.audit.tables import FOLDER, FORMAT, MANIFEST, TABLES, require_no_audit
from deidpipe.errors import UsageError

_BUFFER: Final = 1 << 16
_OUTCOMES: Final = frozenset(FileOutcome)


class AuditWriter:
    """The journal of one run; one process writes it."""

    def __init__(self, journal_folder: str) -> None:
        os.makedirs(journal_folder, mode=0o700, exist_ok=True)
        self._folder = journal_folder
        self._decisions: dict[bytes, int] = {}  # canonical bytes to the order in which they came
        self._plans: set[str] = set()
        try:
            self._journals = {
                table: open(os.path.join(journal_folder, f"{table}.tsv"), "xb", buffering=_BUFFER)  # noqa: SIM115
                for table in TABLES
            }
        except FileExistsError:
            raise UsageError(
                journal_folder, "holds the journal of a run that did not end", "give an empty OUT folder"
            ) from None

    def add_plan(self, plan: PlanRecord) -> None:
        """Write down a plan and its new decisions; nothing if the plan is known.

        Raises ValueError if the plan is empty or its digest is not that of its decisions.
        """
        if plan.digest in self._plans:
            return
        lines = [decision_line(decision) for decision in plan.decisions]
        if not lines or lines_digest(lines)[:32] != plan.digest:
            raise ValueError("a PlanRecord is empty or has another digest than its decisions")
        for line in lines:
            if line not in self._decisions:
                number = self._decisions[line] = len(self._decisions)
                self._journals["decisions"].write(b"%b\t%d\n" % (line, number))
        numbers = " ".join(str(self._decisions[line]) for line in lines)
        self._journals["plans"].write(f"{plan.digest}\t{numbers}\n".encode())
        self._plans.add(plan.digest)

    def add(self, record: InstanceRecord) -> None:
        """Write down what became of one input file.

        Raises ValueError if the plan of a released Instance was not added, or if a file that was not released is named.
        """
        if record.outcome == "released":
            if record.plan not in self._plans or not record.file:
                raise ValueError("a released Instance has a file and a plan that was added")
        elif record.outcome not in _OUTCOMES or record.file or record.sop_instance_uid or record.plan:
            raise ValueError("a file that was not released has a known outcome, no name, no UID and no plan")
        self._journals["instances"].write(instance_line(record) + b"\n")

    def close(self) -> None:
        """Close the journal; it stays on disk."""
        for journal in self._journals.values():
            journal.close()

    def finish(self, public_folder: str, manifest: Mapping[str, object], seal: Callable[[bytes], str]) -> None:
        """Turn the journal into Parquet tables and a sealed manifest below ``public_folder``, and remove it.

        Parameters
        ----------
        manifest
            What the caller says of the run: versions, profile, edition, key fingerprint, counts. Plain JSON.
        seal
            Returns the HMAC of bytes, in hexadecimal digits.

        Raises
        ------
        UsageError
            If there is an audit already.
        ValueError, TypeError
            If the manifest is no plain JSON, or holds "audit" or "seal". Nothing was written then.
        """
        self.close()
        require_no_audit(public_folder)
        if AUDIT in manifest:
            raise ValueError("the audit adds its own part to the manifest")
        canonical(manifest)
        decision_ids, decisions_digest = self._settle_decisions()
        plan_ids, plans_digest = self._settle_plans(decision_ids)
        outcomes, chain_head = self._settle_instances(plan_ids)
        audit = {
            "format": FORMAT,
            "chain_head": chain_head,
            "decisions_digest": decisions_digest,
            "plans_digest": plans_digest,
            "decisions": len(decision_ids),
            "plans": len(plan_ids),
            "instances": outcomes.total(),
            "outcomes": {str(outcome): outcomes[outcome.value] for outcome in FileOutcome},
        }
        text = sealed({**manifest, AUDIT: audit}, seal)
        self._publish(os.path.join(public_folder, FOLDER), text)

    def _settle_decisions(self) -> tuple[list[int], str]:
        """Number the decisions in their order; return the new numbers by the old ones, and their digest."""
        new_numbers = [0] * len(self._decisions)
        self._decisions.clear()
        digest = hashlib.sha256()
        with open(self._settled("decisions"), "wb") as table:
            for number, line in enumerate(sorted_lines(self._journal("decisions")), start=1):
                decision, _, old = line.rpartition(b"\t")
                new_numbers[int(old)] = number
                digest.update(decision + b"\n")
                table.write(b"%d\t%b\n" % (number, decision))
        return new_numbers, digest.hexdigest()

    def _settle_plans(self, decision_ids: list[int]) -> tuple[dict[bytes, int], str]:
        """Number the plans in the order of their digests; return the numbers, and the digest of all."""
        plan_ids: dict[bytes, int] = {}
        digest = hashlib.sha256()
        with open(self._settled("plans"), "wb") as table:
            for plan_id, line in enumerate(sorted_lines(self._journal("plans")), start=1):
                plan, _, numbers = line.partition(b"\t")
                plan_ids[plan] = plan_id
                digest.update(plan + b"\n")
                table.writelines(
                    b"%d\t%d\t%d\n" % (plan_id, position, decision_ids[int(number)])
                    for position, number in enumerate(numbers.split(b" "))
                )
        return plan_ids, digest.hexdigest()

    def _settle_instances(self, plan_ids: Mapping[bytes, int]) -> tuple[Counter[str], str]:
        """Number and link the Instances in their order; return how many have each outcome, and the last link."""
        outcomes: Counter[bytes] = Counter()
        chain = CHAIN_START
        with open(self._settled("instances"), "wb") as table:
            for number, line in enumerate(sorted_lines(self._journal("instances")), start=1):
                chain = next_link(chain, line)
                row, _, plan = line.rpartition(b"\t")
                outcomes[row.partition(b"\t")[0]] += 1
                table.write(b"%d\t%b\t%d\t%b\n" % (number, row, plan_ids[plan] if plan else 0, chain.hex().encode()))
        return Counter({outcome.decode(): count for outcome, count in outcomes.items()}), chain.hex()

    def _publish(self, folder: str, manifest: str) -> None:
        """Write the tables and then the manifest, each whole or not at all; remove the journal."""
        from deidpipe.audit.parquet import write_parquet

        os.makedirs(folder, exist_ok=True)
        drafts = {os.path.join(folder, f".{table}.draft"): table for table in TABLES}
        write_parquet({self._settled(table): (table, draft) for draft, table in drafts.items()}, self._folder)
        for draft, table in drafts.items():
            os.replace(draft, os.path.join(folder, f"{table}.parquet"))
        draft = os.path.join(folder, f".{MANIFEST}.draft")
        with open(draft, "w", encoding="utf-8", newline="\n") as file:
            file.write(manifest)
        os.replace(draft, os.path.join(folder, MANIFEST))
        for table in TABLES:
            os.remove(self._settled(table))
            os.remove(self._journal(table))

    def _journal(self, table: str) -> str:
        return os.path.join(self._folder, f"{table}.tsv")

    def _settled(self, table: str) -> str:
        return os.path.join(self._folder, f"{table}.settled.tsv")
