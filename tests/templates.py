"""Makes the blank workbooks in `templates/` anew: `python -m tests.templates`."""

from __future__ import annotations

from xlkit.form.library import builtin_forms
from xlkit.identity import Identity
from xlkit.rules.registry import load_checked
from xlkit.template.writer import render

if __name__ == "__main__":
    for name, path in builtin_forms().items():
        form = load_checked(name)
        blank = render(form, Identity(form=form.form, version=form.version))
        path.with_name("blank.xlsx").write_bytes(blank.data)
        print(path.with_name("blank.xlsx"))
