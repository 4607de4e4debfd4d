"""What goes in and out over HTTP, and what stands as JSON in the database: a file a kind of thing."""
