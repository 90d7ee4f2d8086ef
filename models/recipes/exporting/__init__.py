"""The rooms of export.py: where a checkpoint comes from, what each family's graphs are, how they are written and checked."""
