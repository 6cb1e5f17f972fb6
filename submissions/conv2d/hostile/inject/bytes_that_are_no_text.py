"""Holds bytes that are no UTF-8, in a comment of another encoding, with control characters."""
# coding: latin-1
# ÿþ€›31mÀ¯í € [2J  </script>


def conv2d(x, weight, bias=None, stride=(1, 1), padding=(0, 0)):
    return x
