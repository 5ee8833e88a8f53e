"""What can ring for an agent, and what never can."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acd.endpoint import CONTACT_PATTERN, Endpoint, parse_endpoint


@pytest.mark.parametrize(
    ("contact", "endpoint"),
    [
        ("sip:9001@10.0.0.4:5080", Endpoint("9001", "10.0.0.4", 5080)),
        ("sip:9001@Gateway.example.com.;transport=udp", Endpoint("9001", "gateway.example.com", 5060)),
        ("sip:a.b@127.0.0.4", Endpoint("a.b", "127.0.0.4", 5060)),
        ("sip:9001@phone_1", Endpoint("9001", "phone_1", 5060)),
    ],
)
def test_a_fixed_address(contact: str, endpoint: Endpoint) -> None:
    assert parse_endpoint(contact) == endpoint
    assert re.search(CONTACT_PATTERN, contact)


@pytest.mark.parametrize(
    ("contact", "why"),
    [
        ("8002@office", "must be a SIP address such as"),
        ("sips:8002@office", "must be a SIP address such as"),
        ("sip:8002@office;transport=tcp", "SIP over UDP only"),
        ("sip:8002@office:0", "there is no port 0"),
        ("sip:8002@office:65536", "there is no port 65536"),
        ("sip:8002@0.0.0.0", 'no phone has the address "0.0.0.0"'),
        ("sip:8002@224.0.0.1", 'no phone has the address "224.0.0.1"'),
        ("sip:8002@255.255.255.255", 'no phone has the address "255.255.255.255"'),
        ("sip:8002@10.0.0", 'no phone has the address "10.0.0"'),
        ("sip:8002@10.0.0.256", 'no phone has the address "10.0.0.256"'),
        ("sip:8002@-office", 'no phone has the address "-office"'),
        ("sip:8002@office..local", 'no phone has the address "office..local"'),
    ],
)
def test_where_nothing_can_ever_ring(contact: str, why: str) -> None:
    with pytest.raises(ValueError, match=re.escape(why)):
        parse_endpoint(contact)


@given(st.text(max_size=30) | st.from_regex(CONTACT_PATTERN, fullmatch=True))
def test_any_text_is_an_endpoint_or_is_refused(contact: str) -> None:
    try:
        endpoint = parse_endpoint(contact)
    except ValueError:
        return
    assert endpoint.host
    assert 0 < endpoint.port < 65_536
