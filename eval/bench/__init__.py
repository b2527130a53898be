"""Benchmarks anyone can run again: ``python -m eval.bench NAME --data DIR``."""
