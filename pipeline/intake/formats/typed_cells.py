"""Typed values as the cells that a contract asks for; what is typed otherwise is told by a code."""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

import numpy as np

from pipeline.contracts.datasets import Column


def typed_cell(value: Any, column: Column) -> tuple[str | None, str]:
    """Return a value as the cell of a column, and what is wrong with it.

    Args:
        value: as a spreadsheet or a database types it; None is empty.
        column: the contract.
    """
    if value is None:
        return None, ""
    match value:
        case str():
            is_broken = "\n" in value or "\r" in value
            return ("delivery.line_in_cell" if is_broken else None), value
        case bool():
            return (None if column.type == "code" else "delivery.cell_type"), str(value).lower()
        case int() | float() | Decimal():
            return _number(value, column)
        case date() if (day := _day(value)) is not None:
            return _date(day, column)
        case _:
            return "delivery.cell_type", ""


def _day(value: date) -> date | None:
    """Return the day that a value is; None for an instant within one."""
    if not isinstance(value, datetime):
        return value
    return value.date() if value.time() == time() and value.tzinfo is None else None


def _number(value: float | Decimal, column: Column) -> tuple[str | None, str]:
    match column.type:
        case "integer" | "decimal":
            return None, _written(value).replace(".", column.decimal)
        case "date":
            return "delivery.serial_date", ""
        case _:
            return "delivery.number_for_text", ""


def _written(value: float | Decimal) -> str:
    if isinstance(value, Decimal):
        return format(value, "f")
    # Whole numbers as they are: those of 64 bits are more exact than a float.
    return str(value) if type(value) is int else str(np.format_float_positional(value, trim="-"))


def _date(value: date, column: Column) -> tuple[str | None, str]:
    if column.type == "date":
        return None, value.strftime(str(column.format))
    return "delivery.date_for_text", ""
