"""Answers the requests of `session.py` with LibreOffice, one JSON line for each.

Run by whichever Python has uno (3.9 or later), with the name of LibreOffice's pipe and the
seconds to wait for it. Ends, and ends LibreOffice, when its input ends.
"""

# uno brings no types, and the Python that mypy looks at has no uno:
# mypy: ignore-errors

from __future__ import annotations

import json
import os
import sys
import time
from contextlib import suppress

import uno
from com.sun.star.connection import NoConnectException
from com.sun.star.lang import DisposedException
from com.sun.star.sheet.FormulaResult import VALUE as NUMERIC
from com.sun.star.uno import Exception as UnoException
from worker_book import Book, RefusedError
from worker_edits import apply

RETRY_S = 0.1


def main(pipe, seconds):
    """Serve requests until the input ends, then close LibreOffice."""
    replies, sys.stdout = sys.stdout, sys.stderr
    desktop = connect(pipe, float(seconds))
    reply(replies, {"value": "ready"})
    for line in sys.stdin:
        message = answer(desktop, json.loads(line))
        close_all(desktop)
        reply(replies, message)
    with suppress(UnoException):
        desktop.terminate()
    # Python's own way out crashes here: pyuno releases objects of an office that is gone.
    os._exit(0)


def connect(pipe, seconds):
    """LibreOffice's desktop, as soon as it listens."""
    local = uno.getComponentContext()
    resolver = create(local, "com.sun.star.bridge.UnoUrlResolver")
    deadline = time.monotonic() + seconds
    while True:
        try:
            remote = resolver.resolve(f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext")
            return create(remote, "com.sun.star.frame.Desktop")
        except NoConnectException:
            if time.monotonic() > deadline:
                raise
            time.sleep(RETRY_S)


def create(context, service):
    return context.ServiceManager.createInstanceWithContext(service, context)


def reply(stream, message):
    # JSON with escapes is ASCII, so no encoding can break it.
    stream.write(json.dumps(message) + "\n")
    stream.flush()


def answer(desktop, request):
    """The value, or the error, of one request."""
    try:
        return {"value": OPERATIONS[request["operation"]](desktop, **request["arguments"])}
    except DisposedException:
        # LibreOffice has died: the session sees this worker end and says so.
        raise
    except RefusedError as error:
        return {"error": str(error)}
    except UnoException as error:
        return {"error": f"{type(error).__name__}: {error}"}


def close_all(desktop):
    """Close what the request opened, also where it failed."""
    documents = desktop.Components.createEnumeration()
    while documents.hasMoreElements():
        documents.nextElement().close(True)


def save(desktop, source, *, target, filter_name, edits, window):
    """Store the edited and recalculated workbook."""
    book = Book.load(desktop, source, hidden=not window)
    # Edits follow each other faster than a person's; formulas catch up once, at the end.
    book.document.enableAutomaticCalculation(False)
    for action, values in edits:
        apply(book, action, values)
    book.document.enableAutomaticCalculation(True)
    book.document.calculateAll()
    book.store(target, filter_name)


def recalculated(desktop, source, cells):
    """The number or the displayed text of each cell."""
    return of_cells(desktop, source, cells, shown)


def shown(_book, cell):
    kind = cell.Type.value
    if kind == "VALUE" or (kind == "FORMULA" and cell.FormulaResultType2 == NUMERIC):
        return cell.Value
    return cell.String


def formulas(desktop, source, cells):
    """The formula of each cell, "" where there is none."""
    return of_cells(desktop, source, cells, Book.formula)


def validations(desktop, source, cells):
    """The data validation of each cell, as `driver.Validation` lists it."""
    return of_cells(desktop, source, cells, validation)


def validation(book, cell):
    rule = cell.Validation
    base = rule.getSourcePosition()
    return {
        "type": rule.Type.value.lower(),
        "operator": rule.getOperator().value.lower(),
        "formula1": book.condition(rule.getFormula1(), base, cell.CellAddress),
        "formula2": book.condition(rule.getFormula2(), base, cell.CellAddress),
        "ignore_blank": rule.IgnoreBlankCells,
        "shows_dropdown": rule.ShowList > 0,
        "shows_input": rule.ShowInputMessage,
        "input_title": rule.InputTitle,
        "input_message": rule.InputMessage,
        "shows_error": rule.ShowErrorMessage,
        "error_style": rule.ErrorAlertStyle.value.lower(),
        "error_title": rule.ErrorTitle,
        "error_message": rule.ErrorMessage,
    }


def of_cells(desktop, source, addresses, value_of):
    """`value_of(book, cell)` for each address, after recalculation."""
    book = Book.load(desktop, source)
    book.document.calculateAll()
    return {address: value_of(book, book.cell(address)) for address in addresses}


OPERATIONS = {
    "save": save,
    "recalculated": recalculated,
    "formulas": formulas,
    "validations": validations,
}

if __name__ == "__main__":
    main(*sys.argv[1:])
