"""What the service does, one use case a file: API, commands and workers share them."""
