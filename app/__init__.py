"""The service: HTTP in front, the network behind."""
