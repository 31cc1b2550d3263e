"""The commands of a page of docs/, in the order in which a reader meets them.

What stands between < and > in one is for the reader to put in.
"""
import re
import textwrap

FENCE = re.compile(r"^ *```(\w*)$")
WITHIN_A_SENTENCE = re.compile(r"`((?:kubectl|helm|podman|docker|chgrp) [^`]+)`")
COMMENT = re.compile(r"\s+# .*")
PLACE = re.compile(r"<[a-z-]+>")


def commands_in(page):
    """A command of a shell each, without its comment; of what is in another language the whole block."""
    language, block = None, []
    for line in page.read_text().splitlines():
        if fence := FENCE.match(line):
            if language is not None:
                yield from _commands_of_block(language, textwrap.dedent("\n".join(block)))
            language, block = (fence[1] if language is None else None), []
        elif language is not None:
            block.append(line)
        else:
            yield from WITHIN_A_SENTENCE.findall(line)


def _commands_of_block(language, text):
    if language != "sh":
        return [text]
    lines = re.sub(r" *\\\n *", " ", text).splitlines()
    return [command for line in lines if (command := COMMENT.sub("", line))]
