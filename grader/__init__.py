"""Grade array code in a sandbox, against a reference.

Importing the package imports nothing else, so that the zygote, which lives in
this package too, starts with no more than it needs.
"""

__version__ = "0.1.0"
