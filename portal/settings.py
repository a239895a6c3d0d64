"""Every environment variable the portal reads, each with a sentence; it refuses to start when one is wrong."""

from __future__ import annotations

import base64
import os
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

SMS_PROVIDERS = ("simulator", "twilio", "notify")
HERE = ("", "localhost", "127.0.0.1", "::1")


class WrongSetting(ValueError):
    """A setting is missing or wrong; the text says which one and what to do."""


@dataclass(frozen=True)
class Settings:
    """What one process was told. Made once by `load`, then only read."""

    database_url: str | None
    """DATABASE_URL: the owner's connection, for migrate, import and backup. Absent: the embedded server."""
    web_database_url: str | None
    """DATABASE_WEB_URL: the web's own login (role portal_web). Absent: made from DATABASE_URL."""
    worker_database_url: str | None
    """DATABASE_WORKER_URL: the worker's own login (role portal_worker). Absent: made from DATABASE_URL."""
    pooler: bool
    """DATABASE_POOLER=transaction: a pooler such as PgBouncer stands between; nothing is prepared."""
    data: Path
    """PORTAL_DATA: where the embedded database and, in demo mode, generated secrets are kept."""
    secret_key: str
    """PORTAL_SECRET_KEY: signs cookies, and makes the passwords of the web's and the worker's own logins; at least 32
    characters."""
    field_keys: dict[int, bytes]
    """PORTAL_FIELD_KEYS: keys for encrypted fields, `2:base64,1:base64`; the highest number encrypts."""
    search_key: bytes
    """PORTAL_SEARCH_KEY: base64 of 32 bytes; the keyed hash that finds a phone number. Never rotated."""
    exchange_key: bytes | None
    """PORTAL_EXCHANGE_KEY: base64 of 32 bytes; signs and opens assessments between portals. Absent: none go or come."""
    url: str
    """PORTAL_URL: the address people see, such as https://alongside.example; used in links and signatures."""
    name: str
    """PORTAL_NAME: what the portal is called on screens. Says nothing about why somebody uses it."""
    demo: bool
    """PORTAL_DEMO=1: sign in as anybody, simulated phones. Refused when DATABASE_URL names another host."""
    now: datetime | None
    """PORTAL_NOW: what the portal calls now, such as 2019-07-15T09:00 in London. Demo mode only."""
    sms: str
    """PORTAL_SMS: who sends texts: simulator, twilio or notify."""
    twilio_account_sid: str | None
    """TWILIO_ACCOUNT_SID: the account that texts are sent from, `AC…`. Needed with PORTAL_SMS=twilio."""
    twilio_auth_token: str | None
    """TWILIO_AUTH_TOKEN: its secret, which also proves that what comes in is Twilio's."""
    twilio_from: str | None
    """TWILIO_FROM: the number texts come from, +44…, or a messaging service, `MG…`."""
    twilio_api_url: str | None
    """TWILIO_API_URL: another server that speaks Twilio's language, with the same paths. For tests."""
    notify_api_key: str | None
    """NOTIFY_API_KEY: a key of GOV.UK Notify. Needed with PORTAL_SMS=notify."""
    notify_template_id: str | None
    """NOTIFY_TEMPLATE_ID: the template whose whole text is `((body))`."""
    notify_callback_token: str | None
    """NOTIFY_CALLBACK_TOKEN: the bearer token that Notify sends with receipts and with texts that come in."""
    notify_api_url: str | None
    """NOTIFY_API_URL: another server that speaks Notify's language. For tests."""
    sms_redact: bool
    """PORTAL_SMS_REDACT=1: Twilio is told to forget the words of each text once it has arrived."""
    redis_url: str | None
    """REDIS_URL: where the coarse limit on sign-in forms is counted for all processes together. Absent: in each
    process. Tries at a number are counted in PostgreSQL either way."""
    proxies: int
    """PORTAL_PROXIES: how many proxies of yours stand in front and say who asks (X-Forwarded-For). Wrong, and either
    everybody shares one limit on tries, or anybody can pretend to be elsewhere."""
    web_concurrency: int
    """WEB_CONCURRENCY: how many web processes gunicorn runs."""

    @property
    def secure_cookies(self) -> bool:
        """Cookies travel over HTTPS only, unless the portal itself is plain HTTP on this machine."""
        return self.url.startswith("https://")


def load(env: Mapping[str, str] | None = None) -> Settings:
    """Read the settings from the environment. Raises WrongSetting with a sentence that says what to do."""
    env = os.environ if env is None else env
    demo = _yes(env, "PORTAL_DEMO")
    data = Path(env.get("PORTAL_DATA") or "var").resolve()
    database_url = env.get("DATABASE_URL") or None
    if database_url and not database_url.startswith(("postgresql://", "postgres://", "postgresql+psycopg://")):
        raise WrongSetting("DATABASE_URL must start with postgresql://. The portal only speaks to PostgreSQL.")
    if demo and database_url and (urlsplit(database_url).hostname or "") not in HERE:
        raise WrongSetting("PORTAL_DEMO=1 lets anybody sign in as anybody, so DATABASE_URL may not name another host.")
    secret = _secret(env, "PORTAL_SECRET_KEY", demo, data)
    if len(secret) < 32:
        raise WrongSetting("PORTAL_SECRET_KEY is too short: use at least 32 random characters.")
    sms = env.get("PORTAL_SMS") or "simulator"
    if sms not in SMS_PROVIDERS:
        raise WrongSetting(f"PORTAL_SMS is {sms!r}; it must be one of {', '.join(SMS_PROVIDERS)}.")
    _needed(env, sms)
    return Settings(
        database_url=_psycopg(database_url),
        web_database_url=_psycopg(env.get("DATABASE_WEB_URL") or None),
        worker_database_url=_psycopg(env.get("DATABASE_WORKER_URL") or None),
        pooler=_pooler(env),
        data=data,
        secret_key=secret,
        field_keys=_field_keys(_secret(env, "PORTAL_FIELD_KEYS", demo, data)),
        search_key=_key_bytes("PORTAL_SEARCH_KEY", _secret(env, "PORTAL_SEARCH_KEY", demo, data)),
        exchange_key=_exchange_key(env, demo, data),
        url=_url(env),
        name=env.get("PORTAL_NAME") or "Alongside",
        demo=demo,
        now=_now(env, demo),
        sms=sms,
        twilio_account_sid=env.get("TWILIO_ACCOUNT_SID") or None,
        twilio_auth_token=env.get("TWILIO_AUTH_TOKEN") or None,
        twilio_from=env.get("TWILIO_FROM") or None,
        twilio_api_url=_server(env, "TWILIO_API_URL"),
        notify_api_key=env.get("NOTIFY_API_KEY") or None,
        notify_template_id=env.get("NOTIFY_TEMPLATE_ID") or None,
        notify_callback_token=env.get("NOTIFY_CALLBACK_TOKEN") or None,
        notify_api_url=_server(env, "NOTIFY_API_URL"),
        sms_redact=_yes(env, "PORTAL_SMS_REDACT"),
        redis_url=env.get("REDIS_URL") or None,
        proxies=_number(env, "PORTAL_PROXIES", 0, least=0),
        web_concurrency=_number(env, "WEB_CONCURRENCY", 2),
    )


NEEDED = {
    "twilio": ("TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN", "TWILIO_FROM"),
    "notify": ("NOTIFY_API_KEY", "NOTIFY_TEMPLATE_ID", "NOTIFY_CALLBACK_TOKEN"),
}
NOTIFY_KEY = re.compile(r".*[0-9a-f-]{36}-[0-9a-f-]{36}", re.I)


def _needed(env: Mapping[str, str], sms: str) -> None:
    """Everything that this provider of texts cannot do without."""
    missing = [name for name in NEEDED.get(sms, ()) if not env.get(name)]
    if missing:
        raise WrongSetting(f"PORTAL_SMS is {sms}, so {' and '.join(missing)} must be set too (docs/texts.md).")
    if sms == "notify" and not NOTIFY_KEY.fullmatch(env["NOTIFY_API_KEY"]):
        raise WrongSetting("NOTIFY_API_KEY must be the whole key as Notify shows it once: name, service and secret.")


def _server(env: Mapping[str, str], name: str) -> str | None:
    value = env.get(name) or None
    if value and (urlsplit(value).scheme not in ("http", "https") or not urlsplit(value).netloc):
        raise WrongSetting(f"{name} is {value!r}; it must look like http://127.0.0.1:8000.")
    return value


def _yes(env: Mapping[str, str], name: str) -> bool:
    value = env.get(name, "")
    if value not in ("", "0", "1"):
        raise WrongSetting(f"{name} is {value!r}; it must be 1 or 0.")
    return value == "1"


def _number(env: Mapping[str, str], name: str, default: int, least: int = 1) -> int:
    value = env.get(name) or str(default)
    if not value.isdigit() or not least <= int(value) <= 64:
        raise WrongSetting(f"{name} is {value!r}; it must be a number from {least} to 64.")
    return int(value)


def _pooler(env: Mapping[str, str]) -> bool:
    value = env.get("DATABASE_POOLER", "")
    if value not in ("", "transaction"):
        raise WrongSetting(f"DATABASE_POOLER is {value!r}; it must be `transaction` or absent.")
    return value == "transaction"


def _psycopg(url: str | None) -> str | None:
    """The address with the driver named, since SQLAlchemy would otherwise look for psycopg2."""
    if url is None:
        return None
    return "postgresql+psycopg://" + url.split("://", 1)[1]


def _url(env: Mapping[str, str]) -> str:
    url = (env.get("PORTAL_URL") or f"http://127.0.0.1:{env.get('PORT') or 5000}").rstrip("/")
    if urlsplit(url).scheme not in ("http", "https") or not urlsplit(url).netloc:
        raise WrongSetting(f"PORTAL_URL is {url!r}; it must look like https://alongside.example.")
    return url


def _now(env: Mapping[str, str], demo: bool) -> datetime | None:
    value = env.get("PORTAL_NOW")
    if not value:
        return None
    if not demo:
        raise WrongSetting("PORTAL_NOW fixes the clock and is for demo mode only: unset it, or set PORTAL_DEMO=1.")
    try:
        return datetime.fromisoformat(value)
    except ValueError:
        raise WrongSetting(f"PORTAL_NOW is {value!r}; write it like 2019-07-15T09:00.") from None


def _secret(env: Mapping[str, str], name: str, demo: bool, data: Path) -> str:
    """The secret as set; in demo mode one is made on first use and kept beside the demo's database."""
    if value := env.get(name):
        return value
    if not demo:
        raise WrongSetting(f"{name} is not set. `portal keys new` prints fresh values for every secret.")
    folder = data / "secrets"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    file = folder / name
    if not file.exists():
        # written whole under another name and then linked, which the first alone can do: web and worker starting
        # together must not keep different ones, nor read one that is not written yet
        mine = folder / f".{name}.{os.getpid()}"
        with open(os.open(mine, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as new:
            new.write(fresh(name))
        try:
            os.link(mine, file)
        except FileExistsError:
            pass
        finally:
            mine.unlink()
    if value := file.read_text():
        return value
    raise WrongSetting(f"{file} is empty: delete it and start again.")


def fresh(name: str) -> str:
    """A new random value in the form that this secret takes."""
    key = base64.b64encode(secrets.token_bytes(32)).decode()
    return f"1:{key}" if name == "PORTAL_FIELD_KEYS" else key


def _key_bytes(name: str, value: str) -> bytes:
    try:
        key = base64.b64decode(value, validate=True)
    except ValueError:
        key = b""
    if len(key) != 32:
        raise WrongSetting(f"{name} must hold base64 of exactly 32 bytes. `portal keys new` prints one.")
    return key


def _exchange_key(env: Mapping[str, str], demo: bool, data: Path) -> bytes | None:
    """What this portal's own keys are made from; None where assessments neither go nor come."""
    if not demo and not env.get("PORTAL_EXCHANGE_KEY"):
        return None
    return _key_bytes("PORTAL_EXCHANGE_KEY", _secret(env, "PORTAL_EXCHANGE_KEY", demo, data))


def _field_keys(value: str) -> dict[int, bytes]:
    keys: dict[int, bytes] = {}
    for part in value.split(","):
        number, _, key = part.strip().partition(":")
        if not number.isdigit() or not 1 <= int(number) <= 255:
            raise WrongSetting("PORTAL_FIELD_KEYS must look like `2:base64,1:base64`, numbers from 1 to 255.")
        keys[int(number)] = _key_bytes("PORTAL_FIELD_KEYS", key)
    return keys
