"""One file a version, each with the revision before it in `down_revision`."""
