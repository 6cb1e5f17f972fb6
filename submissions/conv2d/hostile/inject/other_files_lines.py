"""Raises from lines that its file does not have, in files that are not its own, and as syntax errors with a text of their own."""

CALLS = 0


def raising(line, filename):
    exec(compile("\n" * (line - 1) + "raise ValueError('line')", filename, "exec"))


def conv2d(x, weight, bias=None, stride=(1, 1), padding=(0, 0)):
    global CALLS
    CALLS += 1
    if CALLS % 4 == 0:
        raising(70_000, "submission.py")
    if CALLS % 4 == 1:
        raise SyntaxError("<script>", ("other_files_lines.py", 2**31, -5, "<b>\x1b[31m", 2**40, 0))
    if CALLS % 4 == 2:
        raising(3, "<script>alert(1)</script>")
    raise SyntaxError("</pre>", ("other_files_lines.py", -7, 1, "<b>"))
