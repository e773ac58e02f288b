"""Tests run on the embedded host; on a bench, its own test runner is used and this file is not read."""

pytest_plugins = ["embedded.pytest_plugin"]
