"""What is executed on the engine, and the engine."""
