"""Trusted implementations that submissions are graded and timed against."""
