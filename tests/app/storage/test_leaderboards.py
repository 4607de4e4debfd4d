from app.schemas.tuning import Leaderboard
from app.storage import jobs, leaderboards


def test_a_leaderboard_replaces_the_one_before_and_goes_with_its_job(store, start):
    job = start()
    with store.database.write() as connection:
        assert leaderboards.get(connection, job.id) == Leaderboard(candidates=[])
        for rank in (1, 2):
            leaderboards.put(connection, job.id, leaderboard=Leaderboard(candidates=[{"rank": rank}]))
        assert leaderboards.get(connection, job.id).candidates == [{"rank": 2}]
        jobs.cancel(connection, job.id)
        jobs.delete(connection, job.id)
        assert leaderboards.get(connection, job.id).candidates == []
