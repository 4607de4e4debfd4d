import asyncio
import json
import ssl
import threading
from contextlib import contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
import trustme
from fastapi.testclient import TestClient

from app.errors import InvalidRequest
from app.main import create_app
from app.schemas.clock import now
from app.schemas.training import TrainRequest
from app.schemas.webhooks import Webhook
from app.services import webhooks
from app.services.start_training import start_training
from app.services.webhooks import check_webhook, deliver_next, pause_after
from app.storage import events, jobs
from app.storage.store import open_store
from app.webhook_signature import signed_headers

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
LATER = timedelta(hours=1)


@contextmanager
def receiving(*statuses, certificate=None):
    """A receiver on loopback that answers with these statuses, the last again and again: its URL and what it got."""
    answers, got = list(statuses), []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            got.append((dict(self.headers), self.rfile.read(int(self.headers["content-length"]))))
            self.send_response(answers.pop(0) if len(answers) > 1 else answers[0])
            self.send_header("Location", "/elsewhere")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_arguments):
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        if certificate is not None:
            server.socket = secured(server.socket, certificate)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            scheme = "http" if certificate is None else "https"
            yield f"{scheme}://127.0.0.1:{server.server_port}/hook?token=sesame", got
        finally:
            server.shutdown()
            thread.join()


def secured(connection, certificate):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate.configure_cert(context)
    return context.wrap_socket(connection, server_side=True)


@pytest.fixture
def allowing(settings):
    return settings.model_copy(update={"webhook_hosts": "127.0.0.1,localhost"})


@pytest.fixture
def cancelled(store, engine, allowing, dataset):
    """A function that returns a cancelled job with a webhook."""

    def cancelled(url):
        request = TrainRequest(dataset=dataset.name, model="m", webhook={"url": url, "secret": SECRET})
        job = start_training(request, store=store, engine=engine, settings=allowing)
        with store.database.write() as connection:
            return jobs.cancel(connection, job.id)

    return cancelled


def deliver(store, settings, at=None):
    return asyncio.run(deliver_next(store, settings, at=at or now()))


def test_the_end_of_a_job_is_told_once_and_signed(store, allowing, cancelled):
    with receiving(204) as (url, got):
        job = cancelled(url)
        assert deliver(store, allowing)
        assert not deliver(store, allowing, now() + LATER)
    [(headers, body)] = got
    told = json.loads(body)
    assert told["type"] == "job.cancelled"
    assert told["data"] == job.model_dump(mode="json")
    assert told["data"]["webhook"] == {"url": url.partition("?")[0]}
    assert b"sesame" not in body
    assert SECRET.encode() not in body
    expected = signed_headers(
        body, message=headers["webhook-id"], timestamp=int(headers["webhook-timestamp"]), secret=SECRET
    )
    assert headers["webhook-signature"] == expected["webhook-signature"]
    assert headers["host"] == url.split("/")[2]


@pytest.mark.parametrize("status", [500, 302, 404])
def test_what_is_not_accepted_is_sent_again_also_after_a_restart(store, allowing, cancelled, status):
    with receiving(status, 200) as (url, got):
        cancelled(url)
        assert deliver(store, allowing)
        assert not deliver(store, allowing), "a pause comes first"
        store.close()
        reopened = open_store(allowing)
        assert deliver(reopened, allowing, now() + LATER)
        assert not deliver(reopened, allowing, now() + 2 * LATER)
        reopened.close()
    assert len(got) == 2
    assert got[0][0]["webhook-id"] == got[1][0]["webhook-id"]
    assert got[0][1] == got[1][1]


def test_after_the_last_try_it_is_given_up(store, allowing, cancelled, monkeypatch):
    monkeypatch.setattr(webhooks, "MOST_TRIES", 2)
    with receiving(503) as (url, got):
        job = cancelled(url)
        for day in range(3):
            assert deliver(store, allowing, now() + timedelta(days=day)) == (day < 2)
    assert len(got) == 2
    with store.database.read() as connection:
        last = events.after(connection, job.id, 0, limit=100)[-1]
    assert (last.event, last.data["code"]) == ("warning", "webhook-not-delivered")
    assert "503" in last.data["detail"]
    assert "sesame" not in last.data["detail"]


def test_by_https_a_receiver_must_show_a_certificate_of_its_own_name(store, allowing, cancelled, tmp_path, monkeypatch):
    authority = trustme.CA()
    authority.cert_pem.write_to_path(tmp_path / "authority.pem")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "authority.pem"))
    with receiving(200, certificate=authority.issue_cert("hooks.example.org")) as (url, got):
        cancelled(url)
        assert deliver(store, allowing)
    assert got == []
    with receiving(200, certificate=authority.issue_cert("127.0.0.1")) as (url, got):
        cancelled(url)
        assert deliver(store, allowing)
    [(headers, body)] = got
    assert headers["webhook-signature"].startswith("v1,")
    assert json.loads(body)["type"] == "job.cancelled"


def test_by_https_an_unknown_authority_is_not_believed(store, allowing, cancelled):
    with receiving(200, certificate=trustme.CA().issue_cert("127.0.0.1")) as (url, got):
        cancelled(url)
        assert deliver(store, allowing)
    assert got == []


def test_a_name_that_leads_inside_is_never_called(store, allowing, cancelled):
    with receiving(200) as (url, got):
        cancelled(url.replace("127.0.0.1", "localhost"))
        assert deliver(store, allowing)
    assert got == []


def test_a_host_that_is_listed_no_longer_is_not_called(store, allowing, settings, cancelled):
    with receiving(200) as (url, got):
        cancelled(url)
        assert deliver(store, settings)
        assert got == []
        assert deliver(store, allowing, now() + LATER)
        assert len(got) == 1


def test_pauses_double_up_to_a_limit_and_end_within_a_day():
    assert 4 <= pause_after(1).total_seconds() <= 6
    assert 8 <= pause_after(2).total_seconds() <= 12
    longest = sum((pause_after(attempt) for attempt in range(1, webhooks.MOST_TRIES)), timedelta())
    assert timedelta(hours=16) < longest < timedelta(hours=27)


@pytest.mark.parametrize(
    ("webhook", "changed", "why"),
    [
        ({"url": "https://a.example", "secret": SECRET}, {}, "NNCORE_WEBHOOK_HOSTS"),
        ({"url": "https://a.example"}, {"webhook_hosts": "a.example"}, "NNCORE_WEBHOOK_SECRET"),
        ({"url": "https://a.example", "secret": "sesame"}, {"webhook_hosts": "a.example"}, "whsec_"),
        ({"url": "https://a.example", "secret": ""}, {"webhook_hosts": "a.example"}, "whsec_"),
    ],
)
def test_what_could_not_be_sent_is_refused(settings, webhook, changed, why):
    with pytest.raises(InvalidRequest, match=why) as raised:
        check_webhook(Webhook(**webhook), settings=settings.model_copy(update=changed))
    assert "sesame" not in str(raised.value)


def test_a_service_tells_the_end_of_its_jobs(allowing, store, dataset, wait_for):
    secret = {
        "webhook_secret": TrainRequest(dataset="d", model="m", webhook={"url": "", "secret": SECRET}).webhook.secret
    }
    with receiving(200) as (url, got), TestClient(create_app(allowing.model_copy(update=secret))) as client:
        body = {"dataset": dataset.name, "model": "m", "webhook": {"url": url}}
        job = client.post("/train", json=body | {"hyperparameters": {"epochs": 3}}).raise_for_status().json()
        assert job["webhook"] == {"url": url.partition("?")[0]}
        wait_for(lambda: got)
        shown = client.get(f"/jobs/{job['id']}").json()
        wrong = client.post("/train", json=body | {"webhook": {"url": url, "secret": ["sesame"]}})
    [(_, sent)] = got
    assert json.loads(sent)["type"] == "job.succeeded"
    assert json.loads(sent)["data"] == shown
    assert wrong.status_code == 422
    assert "sesame" not in wrong.text
