import dask
import distributed
import psutil
import pytest

from app.jobs.cluster import MEMORY_THAT_STAYS, NO_DIARY, heal, start_cluster, stop
from app.jobs.niceness import NICENESS
from app.settings import Settings


@pytest.fixture
def cluster(tmp_path):
    cluster = start_cluster(Settings(home=tmp_path))
    yield cluster
    stop(cluster)


def test_a_worker_that_dask_has_given_up_is_replaced(cluster, wait_for):
    [lost] = cluster.workers.values()
    cluster.sync(lost.close)
    heal(cluster, workers=1)
    wait_for(lambda: [nanny for nanny in cluster.workers.values() if nanny is not lost and nanny.pid])
    wait_for(lambda: len(cluster.scheduler_info["workers"]) == 1)
    heal(cluster, workers=1)
    assert len(cluster.workers) == 1


def test_a_worker_keeps_the_memory_that_its_next_update_needs(cluster):
    [nanny] = cluster.workers.values()
    environment = psutil.Process(nanny.pid).environ()
    assert {name: int(environment[name]) for name in MEMORY_THAT_STAYS} == MEMORY_THAT_STAYS


def test_a_worker_keeps_no_diary_of_what_it_executes(cluster):
    def values():
        return {name: dask.config.get(name) for name in NO_DIARY}

    with distributed.Client(cluster) as client:
        assert list(client.run(values).values()) == [NO_DIARY]
        assert list(client.run(lambda dask_worker: "profile" in dask_worker.periodic_callbacks).values()) == [False]


def test_nothing_is_left_after_a_stop(tmp_path):
    cluster = start_cluster(Settings(home=tmp_path, training_workers=2))
    workers = [psutil.Process(nanny.pid) for nanny in cluster.workers.values()]
    assert len(workers) == 2
    assert all(worker.net_connections() for worker in workers)
    assert {connection.laddr.ip for worker in workers for connection in worker.net_connections()} == {"127.0.0.1"}
    assert {worker.nice() for worker in workers} == {min(psutil.Process().nice() + NICENESS, 19)}
    stop(cluster)
    _, alive = psutil.wait_procs(workers, timeout=30)
    assert alive == []
