"""Benchmarks of `make bench`: one module each, see portal.figures for what it holds."""
