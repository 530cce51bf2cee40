import re

import pytest

from xlkit.wording import LANGUAGES, message_file

WORDS = message_file("master")


@pytest.mark.parametrize("key", WORDS)
def test_every_word_is_there_in_each_language(key: str) -> None:
    assert set(WORDS[key]) == set(LANGUAGES)
    assert all(WORDS[key].values())
    blanks = [set(re.findall(r"\{(\w+)\}", text)) for text in WORDS[key].values()]
    # A language may leave a blank out where its sentence has no use for it.
    assert blanks[0] <= blanks[1] or blanks[1] <= blanks[0]
