"""The parts of export.py: where a checkpoint comes from, the graphs of each family, how they are written and checked."""
