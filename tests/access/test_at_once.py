"""Many at once: the limits hold for all of them together, and what is used once is used once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from portal.access import codes, limits
from portal.access.actions import accept_invitation
from portal.access.passwords import set_pin, try_pin
from portal.access.queries import invitation
from portal.foundation.database import DOOR, PortalSession, speak_for
from tests.access.conftest import NUMBERS, Street
from tests.access.test_invitation import link


def at_once(street: Street, do: Callable[[PortalSession], Any], times: int = 8) -> Counter[Any]:
    def one(_: int) -> Any:
        with PortalSession(street.database.web) as session:
            speak_for(session, DOOR)
            answer = do(session)
            session.commit()
            return answer

    with ThreadPoolExecutor(times) as pool:
        return Counter(pool.map(one, range(times)))


def test_three_codes_and_no_more(street: Street) -> None:
    asked = at_once(street, lambda session: limits.allowed(session, "codes-for", "1", limits.CODES_FOR_NUMBER))
    assert asked == {True: 3, False: 5}


def test_five_tries_and_no_more(street: Street) -> None:
    with PortalSession(street.database.web) as session:
        speak_for(session, DOOR)
        ref = codes.make_code(session, NUMBERS["ANA"], known=True).ref
        session.commit()
    tried = at_once(street, lambda session: codes.try_code(session, ref, "not it").left)
    assert sorted(tried.elements(), reverse=True) == [4, 3, 2, 1, 0, 0, 0, 0]


def test_a_right_code_lets_one_in(street: Street) -> None:
    with PortalSession(street.database.web) as session:
        speak_for(session, DOOR)
        fresh = codes.make_code(session, NUMBERS["ANA"], known=True)
        session.commit()
    tried = at_once(street, lambda session: codes.try_code(session, fresh.ref, fresh.digits).outcome)
    assert tried["right"] == 1


def test_five_pins_and_no_more(street: Street) -> None:
    account = street.account("ANA").id
    with street.database.session() as session:
        set_pin(session, account, "4821")
        session.commit()
    tried = at_once(street, lambda session: try_pin(session, account, "0000").left)
    assert sorted(tried.elements(), reverse=True) == [4, 3, 2, 1, 0, 0, 0, 0]


def test_a_link_is_used_once(street: Street) -> None:
    token = link(street, "NEW").removeprefix("/join/")
    with PortalSession(street.database.web) as session:
        speak_for(session, DOOR)
        identity = invitation(session, token=token).id
    assert at_once(street, lambda session: accept_invitation(session, identity, None, None)) == {True: 1, False: 7}
