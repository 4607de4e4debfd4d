"""A parameter file in other forms, for programs that know nothing of nncore."""
