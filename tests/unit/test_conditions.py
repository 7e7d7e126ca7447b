"""A condition holds or not, for one value, many, none, or an Attribute that is not there."""

import pytest

from deidpipe.plan.conditions import met
from deidpipe.profile.model import Condition
from deidpipe.profile.model import Test as Compare

MODALITY, MANUFACTURER = 0x00080060, 0x00080070
US = Condition(MODALITY, Compare.EQUALS, ("US",))


@pytest.mark.parametrize(
    ("condition", "values", "holds"),
    [
        (Condition(MODALITY, Compare.EXISTS), ("US",), True),
        (Condition(MODALITY, Compare.EXISTS), ("",), True),
        (Condition(MODALITY, Compare.EXISTS), None, False),
        (Condition(MODALITY, Compare.MISSING), None, True),
        (Condition(MODALITY, Compare.MISSING), ("",), False),
        (Condition(MODALITY, Compare.EMPTY), ("",), True),
        (Condition(MODALITY, Compare.EMPTY), ("", ""), True),
        (Condition(MODALITY, Compare.EMPTY), ("", "US"), False),
        (Condition(MODALITY, Compare.EMPTY), None, False),  # not there is not empty: that is what missing is for
        (US, ("US",), True),
        (US, ("CT", "US"), True),  # one of its values
        (US, ("us",), False),
        (US, ("USX",), False),
        (US, None, False),
        (Condition(MODALITY, Compare.EQUALS, ("US", "SC")), ("SC",), True),  # one of the alternatives
        (US._replace(negated=True), ("US",), False),
        (US._replace(negated=True), ("CT",), True),
        (US._replace(negated=True), None, True),
        (Condition(MANUFACTURER, Compare.CONTAINS, ("aloka",)), ("Hitachi ALOKA Medical",), True),
        (Condition(MANUFACTURER, Compare.CONTAINS, ("straße",)), ("STRASSE 5",), True),
        (Condition(MANUFACTURER, Compare.CONTAINS, ("aloka",)), ("Alo", "ka"), False),
        (Condition(MANUFACTURER, Compare.CONTAINS, ("aloka",)), None, False),
        (Condition(MODALITY, Compare.MATCHES, ("U.",)), ("US",), True),
        (Condition(MODALITY, Compare.MATCHES, ("U",)), ("US",), False),  # the whole value
        (Condition(MODALITY, Compare.MATCHES, ("U.",)), None, False),
        (Condition(MODALITY, Compare.EMPTY, negated=True), ("US",), True),
    ],
)
def test_a_condition_holds(condition: Condition, values: tuple[str, ...] | None, *, holds: bool) -> None:
    assert met([condition], lambda _: values) is holds


def test_all_conditions_must_hold() -> None:
    values = {MODALITY: ("US",), MANUFACTURER: ("ALOKA",)}.get
    aloka = Condition(MANUFACTURER, Compare.CONTAINS, ("aloka",))
    assert met([US, aloka], values)
    assert not met([US, Condition(MANUFACTURER, Compare.MISSING)], values)
    assert met([], values)
