"""Load on one address: wrk where it is installed, otherwise plain threads."""

from __future__ import annotations

import http.client
import re
import shutil
import subprocess
import threading
import time
import urllib.request
from statistics import median
from urllib.parse import urlsplit


def requests_a_second(url: str, cookie: str = "", seconds: int = 5) -> float:
    """Requests a second at eight connections. Raises when any answer was not 200."""
    fetch(url, cookie)  # wrk counts being sent elsewhere as an answer
    if shutil.which("wrk"):
        command = ["wrk", "-t1", "-c8", f"-d{seconds}s", url] + (["-H", f"Cookie: {cookie}"] if cookie else [])
        out = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        if "Non-2xx" in out:
            raise RuntimeError(f"{url} answered with errors under load")
        return float(re.search(r"Requests/sec:\s+([\d.]+)", out).group(1))  # type: ignore[union-attr]  # wrk prints it
    counts: list[int] = []
    end = time.time() + seconds
    threads = [threading.Thread(target=_ask_until, args=(url, cookie, end, counts)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(counts) / seconds


def _ask_until(url: str, cookie: str, end: float, counts: list[int]) -> None:
    count = 0
    while time.time() < end:
        fetch(url, cookie)
        count += 1
    counts.append(count)


def fetch(url: str, cookie: str = "", accept: str = "identity") -> tuple[int, int]:
    """One request on its own connection: (bytes over the wire with headers, seconds × 1e6). Raises unless 200."""
    parts = urlsplit(url)
    began = time.perf_counter()
    connection = http.client.HTTPConnection(parts.netloc, timeout=30)
    connection.request("GET", parts.path, headers={"Cookie": cookie, "Accept-Encoding": accept})
    answer = connection.getresponse()
    body = answer.read()
    took = time.perf_counter() - began
    connection.close()
    if answer.status != 200:
        raise RuntimeError(f"{url}: {answer.status}")
    headers = sum(len(name) + len(value) + 4 for name, value in answer.getheaders()) + 19
    return len(body) + headers, int(took * 1e6)


def with_form_cookie(url: str, cookie: str) -> str:
    """The cookies of a browser that has been on this page once: it brings back what it was given there."""
    answer = urllib.request.urlopen(urllib.request.Request(url, headers={"Cookie": cookie}))
    given = [said.split(";", 1)[0] for said in answer.headers.get_all("Set-Cookie", [])]
    answer.close()
    return "; ".join([cookie, *given])


def median_ms(url: str, cookie: str, times: int = 200) -> float:
    """The median time of single requests, in milliseconds."""
    return median(fetch(url, cookie)[1] for _ in range(times)) / 1000
