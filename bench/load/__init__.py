"""The citizen side under load: `python -m bench.load`. See bench/README.md for the figures."""
