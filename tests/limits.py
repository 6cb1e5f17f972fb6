"""Problems with other limits than their own, so that what never ends is soon stopped."""

import re
import shutil
from pathlib import Path

from grader.loading import PROBLEMS


def limited(name: str, folder: Path, **limits: float) -> Path:
    """Copy a problem into a folder, with these limits and no others."""
    copy = folder / "problems" / name
    shutil.copytree(PROBLEMS / name, copy)
    spec = copy / "problem.yaml"
    lines = "".join(f"  {key}: {value}\n" for key, value in limits.items())
    text, count = re.subn(r"(?<=\nlimits:\n)(  .*\n)+", lines, spec.read_text())
    assert count == 1
    spec.write_text(text)
    return copy
