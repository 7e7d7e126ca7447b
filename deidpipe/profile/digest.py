"""One number for all that a profile asks for, whatever its file is called and however its lines are ordered."""

import hashlib

from deidpipe.profile.model import Condition, Profile, Selector

_FORM = "deidpipe profile 3"  # changes when the canonical form does


def digest_of(profile: Profile) -> str:
    """Return the SHA-256 of the canonical form, in hexadecimal.

    File names, line numbers, the order of rules, options and alternatives do not count; the order of quarantine rules
    does, because the first that holds gives its reason.
    """
    rules = sorted(
        ascii((_selector(rule.selector), rule.action.value, rule.why, _conditions(rule.when), rule.value))
        for rule in profile.rules
    )
    identity = profile.identity
    form = (
        _FORM,
        profile.name,
        profile.description,
        sorted(option.value for option in profile.options),
        rules,
        [(_conditions(rule.when), rule.why) for rule in profile.quarantine],
        (identity.patient_id, identity.uid_root, identity.shift_from, identity.shift_to, identity.dates.value),
        profile.unlisted.value,
        sorted(each.value for each in profile.safe_private),
        profile.in_doubt.value,
        profile.complete_iod,
        tuple(map(str, profile.pixels)),
    )
    return hashlib.sha256(ascii(form).encode()).hexdigest()


def _selector(selector: Selector) -> tuple[object, ...]:
    return (type(selector).__name__, *selector)


def _conditions(when: tuple[Condition, ...]) -> list[tuple[int, str, list[str], bool]]:
    return sorted((each.tag, each.test.value, sorted(each.values), each.negated) for each in when)
