def test_a_picture_is_saved_under_its_name(nncore, remote, trained: str, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    address = f"/models/{trained}/versions/1/weights.png?limit=4"

    code, out, _ = nncore("picture", address)

    drawn = remote.picture(address)
    assert (code, out) == (0, f"{address} is in weights.png ({len(drawn)} bytes)\n")
    assert (tmp_path / "weights.png").read_bytes() == drawn
    assert drawn.startswith(b"\x89PNG")
