"""Has no function to call, but classes and an exception at import whose names are markup."""

print("<script>alert('import')</script>")


class conv2d_:  # <script>alert("class")</script>
    """</script><script>alert("class")</script>"""


raise type("</pre><script>alert(1)</script>", (ImportError,), {})(
    "<img src=x onerror=alert(1)> {{ 7 * 7 }} {% include 'x' %}", name="<script>"
)
