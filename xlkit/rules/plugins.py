"""Rule kinds of other packages: found by their entry points, loaded when a form uses them.

A package names its kinds in its metadata:

    [project.entry-points."xlkit.rules"]
    multiple = "county_rules:Multiple"

Everything that comes from there passes through this module, and what is wrong with it is an
error that names the package.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from importlib.metadata import EntryPoint
from typing import Any

from xlkit.catalogue import add_codes, is_known
from xlkit.errors import PluginError
from xlkit.form.model import Form
from xlkit.rules.check import Check
from xlkit.rules.kind import Rule
from xlkit.sentences import English, Sentence

GROUP = "xlkit.rules"


class Kinds(Mapping[str, type[Rule]]):
    """Rule kinds by name: the built-in ones, then those of entry points.

    Names are known at once; a package's code runs when its kind is first asked for.
    """

    def __init__(self, builtin: Mapping[str, type[Rule]], entries: Iterable[EntryPoint]) -> None:
        """Raises:
        PluginError: a package's kind has the name of a built-in one, or of another package's.
        """
        self._builtin = builtin
        self._entries: dict[str, EntryPoint] = {}
        self._loaded: dict[str, type[Rule]] = {}
        for entry in entries:
            if entry.name in builtin:
                raise _error(entry, "there is a built-in kind of that name; choose another")
            if entry.name in self._entries:
                other = package_of(self._entries[entry.name])
                raise _error(entry, f"package '{other}' has a kind of that name, too")
            self._entries[entry.name] = entry

    def __getitem__(self, name: str) -> type[Rule]:
        """Raises:
        KeyError: there is no such kind.
        PluginError: its package is broken.
        """
        if name in self._builtin:
            return self._builtin[name]
        if name not in self._loaded:
            self._loaded[name] = _loaded(self._entries[name])
        return self._loaded[name]

    def __iter__(self) -> Iterator[str]:
        yield from self._builtin
        yield from self._entries

    def __len__(self) -> int:
        return len(self._builtin) + len(self._entries)

    def __contains__(self, name: object) -> bool:
        return name in self._builtin or name in self._entries

    def problems(self, rule: Rule, form: Form) -> list[str]:
        """The rule's own problems in that form.

        Raises:
            PluginError: its package is broken.
        """
        return list(map(str, self._given(rule, "problems", form)))

    def checks(self, rule: Rule, form: Form) -> list[Check]:
        """The rule's checks, each with a code that has words.

        Raises:
            PluginError: its package is broken.
        """
        checks = self._given(rule, "checks", form)
        entry = self._entries.get(rule.kind)
        if entry is None:
            return checks
        for check in checks:
            if not isinstance(check, Check):
                raise _error(entry, f"its 'checks' gave {type(check).__name__}, not Check")
            if not is_known(check.code):
                raise _error(entry, f"its code '{check.code}' has no words; say them in 'messages'")
        return checks

    def _given(self, rule: Rule, name: str, form: Form) -> list[Any]:
        """What a rule's method of that name gives for a form; a package's may fail."""
        entry = self._entries.get(rule.kind)
        try:
            return list(getattr(rule, name)(form))
        except Exception as error:
            if entry is None:
                raise
            raise _error(entry, f"its '{name}' failed: {_told(error)}") from error


def package_of(entry: EntryPoint) -> str:
    """The package that an entry point belongs to, with its version."""
    dist = entry.dist
    return f"{dist.name} {dist.version}" if dist is not None else entry.module


def _loaded(entry: EntryPoint) -> type[Rule]:
    try:
        kind = entry.load()
    except Exception as error:
        raise _error(entry, f"'{entry.value}' cannot be loaded: {_told(error)}") from error
    if not (isinstance(kind, type) and issubclass(kind, Rule)):
        raise _error(entry, f"'{entry.value}' is no subclass of xlkit.rules.kind.Rule")
    if getattr(kind, "kind", None) != entry.name:
        raise _error(entry, f"'{entry.value}' has another 'kind' than the entry point's name")
    if kind.problems is Rule.problems or kind.checks is Rule.checks:
        raise _error(entry, f"'{entry.value}' lacks 'problems' or 'checks'")
    try:
        add_codes(kind.messages)
    except ValueError as error:
        raise _error(entry, f"'messages': {error}") from error
    return kind


def _error(entry: EntryPoint, what: str) -> PluginError:
    return PluginError(
        Sentence("plugin-broken", package=package_of(entry), kind=entry.name, problem=English(what))
    )


def _told(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"
