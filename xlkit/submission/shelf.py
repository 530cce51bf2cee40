"""The forms that returns may be of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from xlkit.form.library import builtin_forms
from xlkit.form.model import Form
from xlkit.rules.registry import load_checked
from xlkit.template.layout import Layout, Sizing
from xlkit.template.plan import plan


@dataclass
class FormShelf:
    """The forms that returns may be of: those given, else the built-in ones; each loaded once."""

    given: Sequence[Form] = ()
    _loaded: dict[str, Form] = field(default_factory=dict)
    _last_layout: list[tuple[tuple[Sizing, str], Layout]] = field(
        default_factory=list, repr=False, compare=False
    )

    def find(self, name: str, version: int | None = None) -> Form | None:
        """The form of that name, if it is known here; of that version, if several were given."""
        given = [form for form in self.given if form.form == name]
        for form in given:
            if form.version == version:
                return form
        if given:
            return given[0]
        if name not in self._loaded:
            path = builtin_forms().get(name)
            if path is None:
                return None
            self._loaded[name] = load_checked(path)
        return self._loaded[name]

    def layout(self, form: Form, sizing: Sizing, language: str) -> Layout:
        """The layout of that sizing; the last one is kept, since returns of a run are alike."""
        for wanted, layout in self._last_layout:
            if layout.form is form and wanted == (sizing, language):
                return layout
        layout = plan(form, sizing, language)
        self._last_layout[:] = [((sizing, language), layout)]
        return layout

    def __getstate__(self) -> dict[str, Any]:
        return {**vars(self), "_last_layout": []}

    @property
    def forms(self) -> tuple[Form, ...]:
        """Every form that returns may be of."""
        if self.given:
            return tuple(self.given)
        return tuple(filter(None, map(self.find, builtin_forms())))

    @property
    def only(self) -> Form | None:
        """The form to assume where a workbook names none."""
        return self.given[0] if len(self.given) == 1 else None
