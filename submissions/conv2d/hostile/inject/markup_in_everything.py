"""Puts scripts, handlers and links into all that it says: prints, types, texts, names, <b onclick=alert(1)>docstrings</b>."""

import numpy as np

CALLS = 0
MARKUP = (
    "</pre></code></style></title></textarea></script><script>alert(1)</script>"
    "<img src=x onerror=alert(1)><svg onload=alert(1)><a href='javascript:alert(1)'>accepted</a>"
    "<iframe srcdoc='<script>alert(1)</script>'></iframe><!-- <![CDATA[ ]]> -->"
    "\" onmouseover=\"alert(1)\" ' onfocus='alert(1)' autofocus &lt;script&gt; &#60;b&#62; <b"
)
print(MARKUP)


def conv2d(x, weight, bias=None, stride=(1, 1), padding=(0, 0)):
    global CALLS
    CALLS += 1
    print(MARKUP)
    if CALLS % 3 == 0:
        return type(MARKUP[:120], (), {})()
    if CALLS % 3 == 1:
        return np.zeros(2, [(MARKUP[:80], "f8"), ("<script>", "f8")])
    raise type(MARKUP[:200], (Exception,), {})(MARKUP)
