from setuptools import setup

setup()  # all is said in pyproject.toml
