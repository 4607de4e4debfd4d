"""HTTP: one file per resource; each function parses, makes one call, and answers."""
