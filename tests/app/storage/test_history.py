from app.storage import history, jobs


def test_epochs_come_back_in_order(store, start):
    job = start()
    with store.database.write() as connection:
        history.insert(connection, job.id, columns={"epoch": [3, 4], "cost": [0.3, 0.4]})
        history.insert(connection, job.id, columns={"epoch": [1], "cost": [0.1]})
        history.insert(connection, job.id, columns={"epoch": [], "cost": []})
        assert history.columns_of(connection, job.id) == {"epoch": [1, 3, 4], "cost": [0.1, 0.3, 0.4]}


def test_before_the_first_epoch_the_columns_are_empty(store, start):
    with store.database.read() as connection:
        assert history.columns_of(connection, start().id) == {"epoch": [], "cost": []}


def test_what_is_missing_or_no_number_is_none(store, start):
    job = start()
    with store.database.write() as connection:
        history.insert(connection, job.id, columns={"epoch": [1], "cost": [float("nan")]})
        history.insert(connection, job.id, columns={"accuracy": [1.0], "epoch": [2], "cost": [0.5]})
        columns = history.columns_of(connection, job.id)
    assert list(columns) == ["epoch", "cost", "accuracy"]
    assert columns == {"epoch": [1, 2], "cost": [None, 0.5], "accuracy": [None, 1.0]}


def test_a_new_attempt_and_a_deleted_job_leave_nothing(store, start):
    first, second = start(), start()
    with store.database.write() as connection:
        for job in (first, second):
            history.insert(connection, job.id, columns={"epoch": [1], "cost": [0.1]})
        assert history.keep(connection, first.id, until=0) == 0
        jobs.cancel(connection, second.id)
        jobs.delete(connection, second.id)
        assert history.columns_of(connection, first.id)["epoch"] == []
        assert history.columns_of(connection, second.id)["epoch"] == []


def test_a_new_attempt_keeps_what_its_checkpoint_knows(store, start):
    job = start()
    with store.database.write() as connection:
        history.insert(connection, job.id, columns={"epoch": [1, 2, 3], "cost": [0.1, 0.2, 0.3]})
        assert history.keep(connection, job.id, until=2) == 2
        assert history.columns_of(connection, job.id)["epoch"] == [1, 2]
