"""Findings about a file's frame, by code and place."""

from __future__ import annotations

from xlkit.findings import Finding, Severity


def finding(
    code: str,
    severity: Severity,
    *,
    cells: tuple[str, ...] = (),
    block: str | None = None,
    field: str | None = None,
    row: str | None = None,
    instance: int | None = None,
    value: str | None = None,
    expected: str | None = None,
    **params: str,
) -> Finding:
    """The finding of that code; what is left over are the blanks of its sentence."""
    return Finding(
        code=code,
        severity=severity,
        cells=cells,
        block=block,
        field=field,
        row=row,
        instance=instance,
        value=value,
        expected=expected,
        params=params,
    )
