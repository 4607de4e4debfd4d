import asyncio
import ipaddress

import httpx
import pytest

from app.webhook_address import AddressRefusedError, check_url, is_public, resolve

HOSTS = {"hooks.example.org", "127.0.0.1", "::1"}


@pytest.mark.parametrize(
    "url",
    ["https://hooks.example.org/a?b=c", "http://HOOKS.example.org:8080", "http://127.0.0.1:80/", "http://[::1]/"],
)
def test_a_listed_host_is_allowed(url):
    assert check_url(url, hosts=HOSTS).host in HOSTS


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("https://example.org", "NNCORE_WEBHOOK_HOSTS"),
        ("https://hooks.example.org.evil.example", "NNCORE_WEBHOOK_HOSTS"),
        ("http://127.1/", "NNCORE_WEBHOOK_HOSTS"),
        ("https://hooks.example.org@example.org/", "user"),
        ("https://a:b@hooks.example.org/", "user"),
        ("ftp://hooks.example.org", "https://"),
        ("file:///etc/passwd", "https://"),
        ("hooks.example.org", "https://"),
        ("https://", "https://"),
        ("", "https://"),
        ("https://hooks.example.org/\n", "no URL"),
        ("https://hooks.example.org:x/", "no URL"),
        ("https://hooks.example.org/\ud800", "no URL"),
    ],
)
def test_any_other_url_is_refused(url, why):
    with pytest.raises(AddressRefusedError, match=why):
        check_url(url, hosts=HOSTS)


@pytest.mark.parametrize("address", ["93.184.215.14", "2606:2800:21f:cb07::1", "::ffff:93.184.215.14"])
def test_addresses_of_the_internet_are_public(address):
    assert is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize(
    "address",
    [
        "0.0.0.0",
        "10.0.0.1",
        "100.64.0.1",
        "127.0.0.1",
        "169.254.169.254",
        "172.16.0.1",
        "192.168.0.1",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "fe80::1",
        "fc00::1",
        "ff02::1",
        "ff0e::1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "2002:7f00:1::",
        "64:ff9b::7f00:1",
    ],
)
def test_all_others_are_not(address):
    assert not is_public(ipaddress.ip_address(address))


def test_a_name_that_leads_inside_is_refused_also_where_it_is_listed():
    with pytest.raises(AddressRefusedError, match="no public address"):
        asyncio.run(resolve(httpx.URL("http://localhost:8000")))


def test_an_address_that_is_listed_itself_is_connected_to():
    assert asyncio.run(resolve(httpx.URL("http://127.0.0.1:8000"))) == "127.0.0.1"
