import json


def test_a_new_network_and_a_model_are_checked(nncore, trained: str):
    code, out, _ = nncore("check-gradients", "--layer-sizes", "6,3,1", "--set", "activation=tanh", "--images", 5)
    facts = dict(line.split("\t") for line in out.splitlines())
    assert (code, facts["layer_sizes"], facts["images"]) == (0, "[6, 3, 1]", "5")
    assert float(facts["difference"]) < 1e-6

    assert json.loads(nncore("check-gradients", "--json")[1])["layer_sizes"] == [20, 5, 5, 1]
