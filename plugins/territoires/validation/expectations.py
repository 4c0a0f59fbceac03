"""Expectations of our own for Great Expectations, over pandas columns backed by Arrow, each one vectorised pass.

Two reasons for not using the stock ones. Some do not exist: SIREN and SIRET keys, membership of a register, a column
that must be present when another says so. Others are slow where cells are missing: a stock map metric first copies the
whole frame without the rows that are null in its column, three times for ``COMPLETE`` (1 million rows of 18 columns,
30 % null: 0.49 CPU s for one bound, ours 0.01; a pair of columns 0.22, ours 0.01). Ours set
``filter_column_isnull = False`` and take a missing cell for right: that it is missing is the business of
``ExpectColumnValuesToNotBeNull`` alone. The 37 rules of an investment file then take 0.8 CPU s for 1 million rows.

Importing this module imports Great Expectations (seconds): never while DAGs are parsed.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, ClassVar, Final, Literal, Self

import pandas as pd
from great_expectations.execution_engine.pandas_execution_engine import PandasExecutionEngine
from great_expectations.expectations.expectation import (
    ColumnMapExpectation,
    ColumnPairMapExpectation,
    Expectation,
    MulticolumnMapExpectation,
)
from great_expectations.expectations.expectation_configuration import ExpectationConfiguration
from great_expectations.expectations.metrics.map_metric_provider.column_condition_partial import (
    column_condition_partial,
)
from great_expectations.expectations.metrics.map_metric_provider.column_map_metric_provider import (
    ColumnMapMetricProvider,
)
from great_expectations.expectations.metrics.map_metric_provider.column_pair_condition_partial import (
    column_pair_condition_partial,
)
from great_expectations.expectations.metrics.map_metric_provider.column_pair_map_metric_provider import (
    ColumnPairMapMetricProvider,
)
from great_expectations.expectations.metrics.map_metric_provider.multicolumn_condition_partial import (
    multicolumn_condition_partial,
)
from great_expectations.expectations.metrics.map_metric_provider.multicolumn_map_metric_provider import (
    MulticolumnMapMetricProvider,
)
from great_expectations.types import SerializableDictDot
from pydantic.v1 import PrivateAttr  # the one that Great Expectations is made of

from territoires.registers.codes import Codes
from territoires.validation.judgements import (
    at_most_long,
    compares,
    has_right_key,
    in_set,
    lies_apart,
    matches,
    present_when,
    stands_once,
    valid_at,
    within,
)


class Register(SerializableDictDot):
    """What a register knows, as one term of an expectation: told by its name, never copied nor written out.

    Great Expectations copies and writes out terms hundreds of times in a run: 1,500 codes as a list cost a small file
    half a second each time, and the 35,000 communes of the real register ten.
    """

    def __init__(self, name: str, codes: Codes) -> None:
        self.name = name
        self.known = sorted(codes.known)
        self.stem = codes.stem
        self.codes = [span.code for span in codes.spans]
        self.starts = [_iso(span.start) for span in codes.spans]
        self.ends = [_iso(span.end) for span in codes.spans]

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: object) -> Self:
        return self

    def to_json_dict(self) -> dict[str, Any]:
        """Return what stands for the register in reports."""
        return {"registre": self.name, "codes": len(self.known)}


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


class _Steady(Expectation):
    """An expectation that tells its configuration once.

    Great Expectations asks for it a hundred times in a run and makes it anew each time, which took half of the time of
    a small file. Nothing changes one of ours once it is made, nor the configuration that it gives out.
    """

    _told: ExpectationConfiguration | None = PrivateAttr(default=None)

    @property
    def configuration(self) -> ExpectationConfiguration:
        """Return type, terms and meta of the expectation, not to be changed."""
        if self._told is None:
            self._told = super().configuration
        return self._told


_PAIR: Final = ("batch_id", "table", "column_A", "column_B", "row_condition", "condition_parser", "ignore_row_if")
"""What tells one pair of columns from another; the base class leaves out ``ignore_row_if``, which the engine wants."""


class _InSet(ColumnMapMetricProvider):
    condition_metric_name = "column_values.ti_in_set"
    condition_value_keys = ("values",)
    filter_column_isnull = False

    @column_condition_partial(engine=PandasExecutionEngine)
    def _pandas(cls, column: pd.Series[Any], values: Sequence[str], **_: object) -> pd.Series[bool]:  # noqa: N805
        return in_set(column, values)


class _Matches(ColumnMapMetricProvider):
    condition_metric_name = "column_values.ti_matches"
    condition_value_keys = ("pattern",)
    filter_column_isnull = False

    @column_condition_partial(engine=PandasExecutionEngine)
    def _pandas(cls, column: pd.Series[Any], pattern: str, **_: object) -> pd.Series[bool]:  # noqa: N805
        return matches(column, pattern)


class _AtMostLong(ColumnMapMetricProvider):
    condition_metric_name = "column_values.ti_at_most_long"
    condition_value_keys = ("longest",)
    filter_column_isnull = False

    @column_condition_partial(engine=PandasExecutionEngine)
    def _pandas(cls, column: pd.Series[Any], longest: int, **_: object) -> pd.Series[bool]:  # noqa: N805
        return at_most_long(column, longest)


class _Within(ColumnMapMetricProvider):
    condition_metric_name = "column_values.ti_within"
    condition_value_keys = ("minimum", "maximum")
    filter_column_isnull = False

    @column_condition_partial(engine=PandasExecutionEngine)
    def _pandas(
        cls,  # noqa: N805
        column: pd.Series[Any],
        minimum: float | str | None = None,
        maximum: float | str | None = None,
        **_: object,
    ) -> pd.Series[bool]:
        return within(column, minimum, maximum)


class _RightKey(ColumnMapMetricProvider):
    condition_metric_name = "column_values.ti_right_key"
    condition_value_keys = ("kind",)
    filter_column_isnull = False

    @column_condition_partial(engine=PandasExecutionEngine)
    def _pandas(cls, column: pd.Series[Any], kind: Literal["siren", "siret"], **_: object) -> pd.Series[bool]:  # noqa: N805
        return has_right_key(column, kind)


class _Unflagged(ColumnMapMetricProvider):
    condition_metric_name = "column_values.ti_unflagged"
    filter_column_isnull = False

    @column_condition_partial(engine=PandasExecutionEngine)
    def _pandas(cls, column: pd.Series[Any], **_: object) -> pd.Series[bool]:  # noqa: N805
        return ~column


class _KeyOfOne(ColumnMapMetricProvider):
    condition_metric_name = "column_values.ti_stands_once"
    filter_column_isnull = False

    @column_condition_partial(engine=PandasExecutionEngine)
    def _pandas(cls, column: pd.Series[Any], **_: object) -> pd.Series[bool]:  # noqa: N805
        return stands_once(column.to_frame())


class _KeyOfMany(MulticolumnMapMetricProvider):
    condition_metric_name = "multicolumn_values.ti_stands_once"
    condition_domain_keys = ("batch_id", "table", "column_list", "row_condition", "condition_parser", "ignore_row_if")

    @multicolumn_condition_partial(engine=PandasExecutionEngine)  # type: ignore[untyped-decorator]
    def _pandas(cls, column_list: pd.DataFrame, **_: object) -> pd.Series[bool]:  # noqa: N805
        return stands_once(column_list)


class _PeriodsApart(MulticolumnMapMetricProvider):
    condition_metric_name = "multicolumn_values.ti_lies_apart"
    condition_domain_keys = ("batch_id", "table", "column_list", "row_condition", "condition_parser", "ignore_row_if")

    @multicolumn_condition_partial(engine=PandasExecutionEngine)  # type: ignore[untyped-decorator]
    def _pandas(cls, column_list: pd.DataFrame, **_: object) -> pd.Series[bool]:  # noqa: N805
        start, end, *group = column_list.columns
        return lies_apart(column_list[group], column_list[start], column_list[end])


class _ValidAt(ColumnPairMapMetricProvider):
    condition_metric_name = "column_pair_values.ti_valid_at"
    condition_domain_keys = _PAIR
    condition_value_keys = ("codes",)

    @column_pair_condition_partial(engine=PandasExecutionEngine)  # type: ignore[untyped-decorator]
    def _pandas(
        cls,  # noqa: N805
        column_A: pd.Series[Any],  # noqa: N803
        column_B: pd.Series[Any],  # noqa: N803
        codes: Register,
        **_: object,
    ) -> pd.Series[bool]:
        return valid_at(column_A, column_B, codes.codes, codes.starts, codes.ends)


class _InRegister(ColumnMapMetricProvider):
    condition_metric_name = "column_values.ti_in_register"
    condition_value_keys = ("codes",)
    filter_column_isnull = False

    @column_condition_partial(engine=PandasExecutionEngine)
    def _pandas(cls, column: pd.Series[Any], codes: Register, **_: object) -> pd.Series[bool]:  # noqa: N805
        return in_set(column, codes.known, codes.stem)


class _Compares(ColumnPairMapMetricProvider):
    condition_metric_name = "column_pair_values.ti_compares"
    condition_domain_keys = _PAIR
    condition_value_keys = ("sign",)

    @column_pair_condition_partial(engine=PandasExecutionEngine)  # type: ignore[untyped-decorator]
    def _pandas(
        cls,  # noqa: N805
        column_A: pd.Series[Any],  # noqa: N803
        column_B: pd.Series[Any],  # noqa: N803
        sign: str,
        **_: object,
    ) -> pd.Series[bool]:
        return compares(column_A, column_B, sign)


class _PresentWhen(ColumnPairMapMetricProvider):
    condition_metric_name = "column_pair_values.ti_present_when"
    condition_domain_keys = _PAIR
    condition_value_keys = ("values",)

    @column_pair_condition_partial(engine=PandasExecutionEngine)  # type: ignore[untyped-decorator]
    def _pandas(
        cls,  # noqa: N805
        column_A: pd.Series[Any],  # noqa: N803
        column_B: pd.Series[Any],  # noqa: N803
        values: Sequence[str],
        **_: object,
    ) -> pd.Series[bool]:
        return present_when(column_A, column_B, values)


class ExpectColumnValuesToBeInList(_Steady, ColumnMapExpectation):
    """Expect each text to be one of a list."""

    values: list[str]
    map_metric: ClassVar[str] = "column_values.ti_in_set"
    success_keys: ClassVar[tuple[str, ...]] = ("values", "mostly")


class ExpectColumnValuesToBeInRegister(_Steady, ColumnMapExpectation):
    """Expect each text, or its first signs where they are the code, to be a code of a register."""

    codes: Register
    map_metric: ClassVar[str] = "column_values.ti_in_register"
    success_keys: ClassVar[tuple[str, ...]] = ("codes", "mostly")


class ExpectColumnValuesToHaveForm(_Steady, ColumnMapExpectation):
    """Expect each text to match a pattern of RE2."""

    pattern: str
    map_metric: ClassVar[str] = "column_values.ti_matches"
    success_keys: ClassVar[tuple[str, ...]] = ("pattern", "mostly")


class ExpectColumnTextsToBeAtMostLong(_Steady, ColumnMapExpectation):
    """Expect each text to have at most so many characters."""

    longest: int
    map_metric: ClassVar[str] = "column_values.ti_at_most_long"
    success_keys: ClassVar[tuple[str, ...]] = ("longest", "mostly")


class ExpectColumnValuesToLieWithin(_Steady, ColumnMapExpectation):
    """Expect each number or date to lie within two bounds, both included; those of dates are ISO texts."""

    minimum: float | str | None = None
    maximum: float | str | None = None
    map_metric: ClassVar[str] = "column_values.ti_within"
    success_keys: ClassVar[tuple[str, ...]] = ("minimum", "maximum", "mostly")


class ExpectColumnValuesToBeSiren(_Steady, ColumnMapExpectation):
    """Expect each text to be a SIREN, or a SIRET, whose key is right."""

    kind: Literal["siren", "siret"] = "siren"
    map_metric: ClassVar[str] = "column_values.ti_right_key"
    success_keys: ClassVar[tuple[str, ...]] = ("kind", "mostly")


class ExpectColumnFlagsToBeDown(_Steady, ColumnMapExpectation):
    """Expect each value of a boolean column that flags a defect to be false."""

    map_metric: ClassVar[str] = "column_values.ti_unflagged"
    success_keys: ClassVar[tuple[str, ...]] = ("mostly",)


class ExpectColumnKeysToStandOnce(_Steady, ColumnMapExpectation):
    """Expect each value of a key column to stand in one row."""

    map_metric: ClassVar[str] = "column_values.ti_stands_once"
    success_keys: ClassVar[tuple[str, ...]] = ("mostly",)


class ExpectCompoundKeysToStandOnce(_Steady, MulticolumnMapExpectation):
    """Expect each key of several columns to stand in one row."""

    ignore_row_if: Literal["never"] = "never"
    map_metric: ClassVar[str] = "multicolumn_values.ti_stands_once"
    success_keys: ClassVar[tuple[str, ...]] = ("mostly",)


class ExpectPeriodsToLieApart(_Steady, MulticolumnMapExpectation):
    """Expect the periods of one group not to overlap; the columns are start, end, then those of the group."""

    ignore_row_if: Literal["never"] = "never"
    map_metric: ClassVar[str] = "multicolumn_values.ti_lies_apart"
    success_keys: ClassVar[tuple[str, ...]] = ("mostly",)


class ExpectColumnPairToBeValidAt(_Steady, ColumnPairMapExpectation):
    """Expect each code in column_A, if its register has it, to be valid on the day in column_B (see ``valid_at``)."""

    codes: Register
    ignore_row_if: Literal["neither"] = "neither"
    domain_keys = _PAIR  # type: ignore[assignment]
    map_metric: ClassVar[str] = "column_pair_values.ti_valid_at"
    success_keys: ClassVar[tuple[str, ...]] = ("codes", "mostly")


class ExpectColumnPairToCompare(_Steady, ColumnPairMapExpectation):
    """Expect ``column_A sign column_B`` in each row that has both."""

    sign: Literal["<", "<=", ">", ">=", "=="]
    ignore_row_if: Literal["neither"] = "neither"
    domain_keys = _PAIR  # type: ignore[assignment]
    map_metric: ClassVar[str] = "column_pair_values.ti_compares"
    success_keys: ClassVar[tuple[str, ...]] = ("sign", "mostly")


class ExpectColumnToBePresentWhen(_Steady, ColumnPairMapExpectation):
    """Expect column_A to be present in each row where column_B is one of some texts."""

    values: list[str]
    ignore_row_if: Literal["neither"] = "neither"
    domain_keys = _PAIR  # type: ignore[assignment]
    map_metric: ClassVar[str] = "column_pair_values.ti_present_when"
    success_keys: ClassVar[tuple[str, ...]] = ("values", "mostly")
