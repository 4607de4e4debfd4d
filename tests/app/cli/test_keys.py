import json


def test_a_key_is_made_listed_and_revoked(nncore):
    code, key, _ = nncore("keys", "create", "laptop", "--scope", "train")
    assert code == 0
    key_id = key.split("_")[1]

    columns, *rows = [line.split("\t") for line in nncore("keys", "list")[1].splitlines()]
    assert columns == ["id", "name", "scope", "created"]
    assert [key_id, "laptop", "train"] in [row[:3] for row in rows]
    assert key_id in [each["id"] for each in json.loads(nncore("keys", "list", "--json")[1])]

    assert nncore("keys", "revoke", key_id, "--json") == (0, f'{{\n  "revoked": "{key_id}"\n}}\n', "")
    assert nncore("keys", "revoke", key_id)[0] == 1
