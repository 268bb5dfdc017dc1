"""The rules of `policy.checks`, as data: they are evaluated, and never executed as code."""

from typing import TYPE_CHECKING

from reconciler.lazy_exports import export_on_use

if TYPE_CHECKING:
    from reconciler.checks.check import (
        FIELDS_OF_ALL as FIELDS_OF_ALL,
        WEEKDAYS as WEEKDAYS,
        Check as Check,
        Condition as Condition,
        Level as Level,
        Operator as Operator,
        fields_of as fields_of,
        identity as identity,
    )
    from reconciler.checks.evaluate import (
        evaluate as evaluate,
    )
    from reconciler.checks.patterns import (
        pattern_error as pattern_error,
    )

export_on_use(
    __name__,
    {
        "check": "Check Condition FIELDS_OF_ALL Level Operator WEEKDAYS fields_of identity",
        "evaluate": "evaluate",
        "patterns": "pattern_error",
    },
)
