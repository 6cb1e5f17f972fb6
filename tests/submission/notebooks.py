"""Notebooks as Jupyter writes them."""

import json
from typing import Any


def code(source: str | list[str], *tags: str) -> dict[str, Any]:
    return {
        "cell_type": "code",
        "execution_count": 1,
        "metadata": {"tags": list(tags)} if tags else {},
        "outputs": [],
        "source": source,
    }


def text(source: str) -> dict[str, Any]:
    return {"cell_type": "markdown", "metadata": {}, "source": source}


def notebook(*cells: dict[str, Any] | str, **metadata: Any) -> bytes:  # noqa: ANN401 - JSON
    kernel = {"name": "python3", "language": "python", "display_name": "Python 3"}
    document = {
        "cells": [code(one) if isinstance(one, str) else one for one in cells],
        "metadata": {"kernelspec": kernel} | metadata,
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    return json.dumps(document).encode()
