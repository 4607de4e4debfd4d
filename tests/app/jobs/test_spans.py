import gc

import distributed
from distributed.scheduler import TaskGroup
from distributed.spans import Span

from app.jobs.cluster import start_cluster, stop
from app.settings import Settings

JOBS = 5


def spans_measured(dask_worker):
    return {key[1] for key in dask_worker.digests_total if isinstance(key, tuple) and key[0] == "execute"}


def kept() -> dict[int, object]:
    """Give what Dask keeps of jobs in this process, whichever cluster it was of."""
    gc.collect()
    return {id(one): one for one in gc.get_objects() if type(one) in (Span, TaskGroup)}


def test_jobs_that_are_done_leave_nothing_in_the_scheduler_and_its_workers(tmp_path, wait_for):
    before = kept()
    cluster = start_cluster(Settings(home=tmp_path))
    try:
        with distributed.Client(cluster, set_as_default=False) as client:
            for number in range(JOBS):
                client.submit(int, key=(f"job-{number}", 0)).result()
            assert list(client.run(spans_measured).values()) == [{None}]
            wait_for(lambda: not cluster.scheduler.tasks)
            wait_for(lambda: kept().keys() <= before.keys())
    finally:
        stop(cluster)
