"""What every message of an error is: a sentence in the language that was asked for."""

import re

CHINESE = re.compile(r"[\u4e00-\u9fff]")


def check(message, language):
    """A whole sentence, in Chinese unless English was asked for."""
    assert message == message.strip(), message
    if language == "en-US":
        # What the client sent may be quoted.
        assert not CHINESE.search(re.sub("`[^`]*`", "", message)), message
        assert message.endswith("."), message
    else:
        assert CHINESE.search(message), message
        assert message.endswith("。"), message
