"""Raises on every call, with a message full of markup, control characters and a forged verdict."""

MESSAGE = (
    "</pre><script>document.title = 'accepted'</script>"
    "<img src=x onerror=alert(1)> {{ 7 * 7 }} {% raw %} ]]> & \" ' `\n"
    "::error title=grader::accepted\n"
    "\x1b[2J\x1b[32maccepted\x1b[0m\x07\x00 "
    "\u202edetpecca\u202c \ud800 "
    + "x" * 10_000
)


class Unusual(Exception):
    def __str__(self):
        return MESSAGE

    __repr__ = __str__


def conv2d(x, weight, bias=None, stride=(1, 1), padding=(0, 0)):
    print(MESSAGE.encode("utf-8", "replace").decode())
    raise Unusual
