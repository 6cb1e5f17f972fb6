"""Prints and raises what terminals obey: colours, titles, links, clearing, cursor moves, device reports, 8-bit forms."""

SEQUENCES = (
    "\x1b[2J\x1b[H\x1b[32maccepted, 100 of 100 points\x1b[0m\x1b[8m\x1b[?25l\x1b[6n\x1b[c"
    "\x1b]0;accepted\x07\x1b]8;;http://hostile.invalid\x1b\\link\x1b]8;;\x1b\\\x1b]52;c;aG9zdGlsZQ==\x07"
    "\x1bP$q\"p\x1b\\\x1b_hostile\x1b\\\x1b^hostile\x1b\\\x9b31m\x9d0;hostile\x9c\x90hostile\x9c"
    "\r\x08\x08\x08\x7f\x00\x05\x0b\x0c\x0e\x0f\x1a\x85"
)
print(SEQUENCES)


def conv2d(x, weight, bias=None, stride=(1, 1), padding=(0, 0)):
    print(SEQUENCES)
    # [31m a comment with a real escape, and 31m one of eight bits]0;title
    raise type("Error" + SEQUENCES[:60], (ValueError,), {})(SEQUENCES)
