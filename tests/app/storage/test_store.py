from app.settings import Settings
from app.storage.store import open_store


def test_the_store_stands_in_its_home(tmp_path):
    store = open_store(Settings(home=tmp_path / "new"))
    assert store.database.fault() is None
    store.close()
    assert {path.name for path in (tmp_path / "new").iterdir()} == {"models", "data"}
    assert (tmp_path / "new/data/nncore.db").is_file()


def test_another_database_may_be_named(tmp_path):
    store = open_store(Settings(home=tmp_path, database_url=f"sqlite:///{tmp_path / 'other.db'}"))
    assert store.database.fault() is None
    store.close()
    assert (tmp_path / "other.db").is_file()
