"""The forms that returns may be of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from xlkit.errors import LayoutError
from xlkit.form.library import builtin_forms
from xlkit.form.model import Form
from xlkit.rules.registry import load_checked
from xlkit.sentences import English
from xlkit.template.frozen import from_json, key_of, key_of_layout
from xlkit.template.layout import Layout, Sizing
from xlkit.template.plan import complete, plan

#: Layouts at hand: sizings differ from unit to unit, but a run has few.
_KEPT = 8


@dataclass
class FormShelf:
    """The forms that returns may be of: those given, else the built-in ones; each loaded once."""

    given: Sequence[Form] = ()
    layouts: Mapping[str, str] = field(default_factory=dict, repr=False)
    """Frozen layouts by the names that `xlkit.template.frozen` gives them."""
    _loaded: dict[str, Form] = field(default_factory=dict)
    _last_layouts: list[tuple[tuple[Sizing, str, str], Layout]] = field(
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

    def layout(self, form: Form, sizing: Sizing, language: str, digest: str = "") -> Layout:
        """The layout of that sizing: the frozen one of that digest, else as it is planned now.

        Without a digest it is the only one that was frozen for that sizing, if there is just one.
        The last ones are kept, since returns of a run are alike.

        Raises:
            LayoutError: the frozen layout cannot be used.
        """
        asked = (sizing, language, digest)
        for wanted, layout in self._last_layouts:
            if layout.form is form and wanted == asked:
                return layout
        frozen = self._frozen(form, sizing, language, digest)
        layout = from_json(frozen, form) if frozen is not None else plan(form, sizing, language)
        self._last_layouts[:] = [(asked, layout), *self._last_layouts[: _KEPT - 1]]
        return layout

    def _frozen(self, form: Form, sizing: Sizing, language: str, digest: str) -> str | None:
        if not self.layouts:
            return None
        name = key_of(form, complete(form, sizing), language, digest)
        if digest:
            return self.layouts.get(name)
        found = [text for key, text in self.layouts.items() if key.startswith(name)]
        return found[0] if len(found) == 1 else None

    def check_layouts(self) -> None:
        """Makes sure that every frozen layout of a form given can be used.

        Raises:
            LayoutError: one cannot.
        """
        for form in self.given:
            for key, text in self.layouts.items():
                if key.startswith(f"{form.form}-{form.version}-"):
                    layout = from_json(text, form)
                    if key_of_layout(layout) != key:
                        raise LayoutError(
                            English(f"the frozen layout {key} is {key_of_layout(layout)}")
                        )

    def __getstate__(self) -> dict[str, Any]:
        return {**vars(self), "layouts": dict(self.layouts), "_last_layouts": []}

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
