from rich.cells import cell_len


def test_in_a_terminal_there_is_a_bar(terminal, trained: str):
    code, lines = terminal("train", trained, "bar", "--epochs", 300)

    last = [line for line in lines if "epoch 300 of 300" in line][-1]
    assert code == 0
    assert last.startswith("succeeded ━━━")
    assert "cost 0." in last
    assert max(map(cell_len, lines)) <= 80
