"""Headers of every answer that keep a browser from doing more with it than was meant."""

HEADERS = (
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
)
"""Nothing else sets them."""
