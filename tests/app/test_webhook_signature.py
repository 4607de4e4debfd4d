import base64

import pytest

from app.webhook_signature import InvalidSecretError, key_of, signed_headers


def test_the_example_of_the_specification_has_its_signature():
    headers = signed_headers(
        b'{"test": 2432232314}',
        message="msg_p5jXN8AQM9LWM0D4loKWxJek",
        timestamp=1614265330,
        secret="whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
    )
    assert headers == {
        "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "webhook-timestamp": "1614265330",
        "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }


@pytest.mark.parametrize("length", [24, 64])
def test_a_secret_is_the_base64_of_its_key(length):
    assert key_of("whsec_" + base64.b64encode(b"k" * length).decode()) == b"k" * length


@pytest.mark.parametrize(
    "secret", ["", "whsec_", "secret", "whsec_säure", "whsec_" + "A" * 28, "whsec_" + "A" * 88, "A" * 44]
)
def test_another_secret_is_refused_and_not_repeated(secret):
    with pytest.raises(InvalidSecretError) as raised:
        key_of(secret)
    assert str(raised.value) == "whsec_ followed by the base64 of 24 to 64 bytes is right"
