import threading
from datetime import timedelta

import pytest

from app.schemas.clock import now
from app.schemas.training import TrainRequest
from app.services.start_training import new_job
from app.storage import events, jobs, webhooks

URL = "https://hooks.example.org/?token=sesame"


@pytest.fixture
def ended(store, dataset):
    """A job with a webhook that was cancelled."""
    request = TrainRequest(dataset=dataset.name, model="m", webhook={"url": URL, "secret": "whsec_sesame"})
    with store.database.write() as connection:
        job = jobs.insert(connection, job=new_job(request, dataset=dataset), webhook=request.webhook)
        assert webhooks.next_due(connection, at=now()) is None
        return jobs.cancel(connection, job.id)


@pytest.fixture
def take(store):
    """A function that takes the message that is due at a time."""

    def take(at):
        with store.database.write() as connection:
            message = webhooks.next_due(connection, at=at)
            return message and webhooks.take(connection, message, at=at)

    return take


def test_a_message_is_one_process_s_until_its_lease_is_over(ended, take):
    at = now()
    first = take(at)
    assert (first.job_id, first.url, first.secret, first.attempt) == (ended.id, URL, "whsec_sesame", 1)
    assert "sesame" not in first.body
    assert take(at) is None
    again = take(at + webhooks.LEASE)
    assert (again.id, again.body, again.attempt) == (first.id, first.body, 2)


def test_of_many_at_once_one_takes_it(ended, store):
    at, taken = now(), []
    with store.database.read() as connection:
        message = webhooks.next_due(connection, at=at)

    def take():
        with store.database.write() as connection:
            taken.append(webhooks.take(connection, message, at=at))

    threads = [threading.Thread(target=take) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(delivery is None for delivery in taken) == [False, True, True, True]


def test_who_has_lost_the_lease_neither_postpones_nor_gives_up(ended, store, take):
    at = now()
    late, newer = take(at), take(at + webhooks.LEASE)
    with store.database.write() as connection:
        webhooks.postpone(connection, late, due_at=at)
        webhooks.give_up(connection, late, detail="")
        assert webhooks.next_due(connection, at=at + webhooks.LEASE) is None
        webhooks.postpone(connection, newer, due_at=at)
        assert webhooks.next_due(connection, at=at) == newer.id


def test_what_is_given_up_is_told_in_the_log(ended, store, take):
    delivery = take(now())
    with store.database.write() as connection:
        webhooks.give_up(connection, delivery, detail="no answer")
        assert webhooks.next_due(connection, at=now() + timedelta(days=1)) is None
        last = events.after(connection, ended.id, 0, limit=100)[-1]
    assert (last.event, last.data["code"], last.data["detail"]) == ("warning", "webhook-not-delivered", "no answer")


def test_a_message_goes_with_its_job_and_with_its_arrival(ended, store, take):
    delivery = take(now())
    with store.database.write() as connection:
        webhooks.end(connection, delivery)
        webhooks.add(connection, ended)
        assert webhooks.next_due(connection, at=now()) is not None
        jobs.delete(connection, ended.id)
        assert webhooks.next_due(connection, at=now()) is None


def test_what_is_undone_sends_nothing(store, dataset):
    request = TrainRequest(dataset=dataset.name, model="m", webhook={"url": URL})
    with store.database.write() as connection:
        job = jobs.insert(connection, job=new_job(request, dataset=dataset), webhook=request.webhook)
    with store.database.write() as connection:
        jobs.cancel(connection, job.id)
        connection.get_transaction().rollback()
    with store.database.read() as connection:
        assert webhooks.next_due(connection, at=now()) is None
