"""SQL and files; nowhere else."""
