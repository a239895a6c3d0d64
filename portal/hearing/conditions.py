"""What did somebody mean: stop, start, not safe, who they are? All languages are tried: one answers in whichever comes
to mind."""

from __future__ import annotations

import re
import unicodedata

from rapidfuzz import fuzz

POLITE = {
    "please", "pls", "plz", "now", "all", "text", "texts", "texting", "txt", "txts", "message", "messages", "messaging",
    "msg", "msgs", "me", "sending", "these", "this", "the", "any", "more", "to", "it", "thanks", "thank", "you", "ok",
    "por", "favor", "ya", "mensajes", "mensaje", "sms", "de", "enviar", "mandar", "los", "gracias", "quiero",
}  # fmt: skip
STOP = {"stop", "stopall", "unsubscribe", "quit", "end", "optout", "revoke", "alto", "basta", "parar", "baja", "para"}
STOP_WHOLE = {"opt out", "no more texts", "no more messages", "no mas mensajes", "no mas", "darme de baja"}
START = {"start", "unstop", "empezar", "alta", "volver", "reanudar", "resume"}
HELP = {"help", "info", "ayuda informacion", "informacion", "who is this", "who are you", "quien eres", "quien es"}

NOT_SAFE = (
    "not safe", "im not safe", "i am not safe", "i dont feel safe", "dont feel safe", "not feeling safe", "unsafe",
    "in danger", "im in danger", "help me", "need help now", "im scared", "i am scared", "so scared",
    "they are after me", "theyre after me", "someone is after me", "being followed", "following me", "going to hurt me",
    "gonna hurt me", "going to kill me", "gonna kill me", "going to stab", "gonna stab", "got a knife", "has a knife",
    "call the police", "call 999", "sos", "want to die", "kill myself", "hurt myself", "end my life",
    "no estoy a salvo", "no me siento segura", "no me siento seguro", "no estoy segura aqui", "no estoy seguro aqui",
    "estoy en peligro", "en peligro", "ayudame", "socorro", "auxilio", "tengo miedo", "me siguen",
    "me persiguen", "me van a matar", "me van a pegar", "quiero morir", "quiero morirme", "matarme", "hacerme dano",
)  # fmt: skip
ALONE = {"help me", "help", "i need help", "ayuda", "necesito ayuda", "sos", "999", "112", "unsafe"}
"""Said alone they are a call for help; inside a sentence they may be anything."""
SLIPS = 90  # of 100: how near a longer phrase must come


def bare(body: str) -> str:
    """The words alone: small letters, no accents, no punctuation, no apostrophes."""
    flat = unicodedata.normalize("NFKD", body.lower())
    flat = "".join(letter for letter in flat if not unicodedata.combining(letter))
    flat = re.sub(r"[’'`´]", "", flat)
    return " ".join(re.sub(r"[^\w\s]|_", " ", flat).split())


def means_stop(body: str) -> bool:
    """A wish for no more texts: STOP as the whole of it, however politely. "Please cancel my appointment" is none, and
    neither is "the bus stop"."""
    said = bare(body)
    if said in STOP_WHOLE:
        return True
    words = said.split()
    left = [word for word in words if word not in POLITE]
    return len(left) == 1 and left[0] in STOP and (len(words) == 1 or left[0] not in ("para", "end", "quit", "baja"))


def means_start(body: str) -> bool:
    """A wish for texts again."""
    left = [word for word in bare(body).split() if word not in POLITE]
    return len(left) == 1 and left[0] in START


def means_help(body: str) -> bool:
    """A question who this is."""
    return bare(body) in HELP


def means_not_safe(body: str) -> bool:
    """ "I am not safe", in each language's own ways, with slips. Where in doubt it is one: somebody looks."""
    said = bare(body)
    if not said:
        return False
    if said in ALONE or said.replace(" ", "") == "imnotsafe":
        return True
    padded = f" {said} "
    for phrase in NOT_SAFE:
        if f" {phrase} " in padded:
            return phrase not in ALONE or len(said.split()) <= 3
        if len(phrase) >= 10 and len(said) >= 8 and fuzz.partial_ratio(phrase, said) >= SLIPS and len(said) < 400:
            return True
    return False


def initials(name: str) -> str:
    """The first letters of a name, as somebody gives them by text."""
    return "".join(part[0] for part in bare(name).split())


def gives_initials(body: str, name: str) -> bool:
    """Is this text the initials, or the first name, of that person?"""
    said, parts = bare(body).replace(" ", ""), bare(name).split()
    return bool(parts) and said in (initials(name), parts[0], "".join(parts))
