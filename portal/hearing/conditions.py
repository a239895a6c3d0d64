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
STOP_SENTENCE = re.compile(
    r"(please |pls |plz |just |can you |you can )*"
    r"((stop|quit) (text|txt|messag|msg|send|contact|bother)\w*( me| to me)?"
    r"|(dont|do not|never|no longer) (text|txt|message|msg|contact|write to) me"
    r"|(take|get) me off( this| your| the)?( list)?|(delete|remove|lose|forget) (my|this) (number|num)"
    r"|(you have |youve got |u got |its |this is )?(the )?wrong (number|num|person)"
    r"|no me (escrib|mand|envi|llam)\w*( mas)?( mensajes)?|(deja|dejad|dejen) de (escrib|mand|envi)\w*( mensajes)?"
    r"|(borra|borrad|borren|quita|quitad) mi numero"
    r"|(es un |te has equivocado de |os habeis equivocado de )?numero equivocado"
    r"|(te has|os habeis|se ha|se han) equivocado( de numero)?)"
    r"( again| any ?more| ever| please| pls| now| bruv| bro| fam| mate| man| thanks| mas| por favor| ya| nunca)*"
)
"""Wishes for no more texts that are said in a sentence; as the whole of it, and nothing after."""
HELP = {
    "help", "info", "ayuda informacion", "informacion", "who is this", "who are you", "quien eres", "quien es",
    "what is this", "whats this", "who dis", "whos this", "who this", "que es esto", "quien sois", "de que es esto",
    "how did you get my number", "how do you have my number", "de donde teneis mi numero", "como teneis mi numero",
}  # fmt: skip

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
DANGER = re.compile(
    r"\b(chas(ing|in|ed)( after)? me|(being|getting|im|am) chased|followed me"
    r"|outside (my|our) (house|home|door|flat|yard|gaff|block)"
    r"|(people|men|man|boys|guys|someone|somebody|they|theyre|them) (are |is )?(waiting )?(outside|at (my|the) door)"
    r"|(got|has|have|with|pulled|carrying) (a |an |the |his )?(knife|blade|machete|shank|gun|strap|rambo|zombie)"
    r"|(get|got|getting|been|being|gonna be|was) (shanked|stabbed|jumped|shot|cheffed|splashed|beaten|battered)"
    r"|(stabbed|shanked|shot|beat|attacked) me|bleeding|(locked|trapped) in|wont let me (leave|go|out)"
    r"|cant (do this|take (it|this)|cope|go on|live)( like this)? ?(any ?more|no more)"
    r"|(dont|do not) want to (be here|live|wake up)( any ?more)?|kill me|hurt me"
    r"|me (estan|andan|vienen|van) (sigu|persig|busc)\w*|fuera de (mi|nuestra) (casa|puerta)"
    r"|(gente|alguien|hombres|chicos) (esta |estan )?(fuera|en la puerta|abajo)"
    r"|(tiene|tienen|lleva|llevan|con) (un |una )?(cuchillo|navaja|machete|pistola|arma)"
    r"|me (han|acaban de|van a|quieren|quiere) (apunal|pinch|peg|dispar|mat|hacer dano|golpe|rob)\w*|apunalad\w+"
    r"|(ya )?no puedo mas|no quiero vivir|no quiero estar aqui|estoy sangrando)\b"
)
"""What else is said of danger, and of not being able to go on. Where in doubt it is one: somebody looks."""
ALONE = {"help me", "help", "i need help", "ayuda", "necesito ayuda", "sos", "999", "112", "unsafe"}
"""Said alone they are a call for help; inside a sentence they may be anything."""
NEARLY = 87  # of 100: "not saef"
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
    if said in STOP_WHOLE or STOP_SENTENCE.fullmatch(said):
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
    if "🆘" in body:
        return True
    if not said:
        return False
    if said in ALONE or said.replace(" ", "") == "imnotsafe" or DANGER.search(said):
        return True
    if len(said.split()) <= 4 and any(fuzz.ratio(said, phrase) >= NEARLY for phrase in ("not safe", "im not safe")):
        return True
    padded = f" {said} "
    for phrase in NOT_SAFE:
        if f" {phrase} " in padded:
            return phrase not in ALONE or len(said.split()) <= 3
        if len(phrase) >= 10 and len(said) >= 8 and fuzz.partial_ratio(phrase, said) >= SLIPS and len(said) < 400:
            return True
    return False


FILLING = {
    "bro", "bruv", "bruh", "fam", "mate", "man", "so", "much", "a", "lot", "alot", "ok", "okay", "cool", "hermano",
    "tio", "amigo", "for", "that", "por", "todo", "x", "xx", "muchas", "very", "again", "then", "there", "u", "you",
    "ya", "pues",
}  # fmt: skip
THANKS = {
    "thanks", "thank", "thx", "ty", "cheers", "gracias", "safe", "bless", "sorry", "soz", "my bad", "lo siento",
    "perdon", "talk later", "talk soon", "speak later", "speak soon", "see later", "see soon", "laters", "bye",
    "goodbye", "adios", "hasta luego", "hablamos", "good night", "night", "gn", "buenas noches",
    "nice one", "no worries",
    "de nada",
}  # fmt: skip
HELLO = {
    "hi", "hello", "hey", "hiya", "yo", "hola", "buenas", "wagwan", "wag1", "sup", "whats up", "wassup", "morning",
    "good morning", "good evening", "buenos dias", "buenas tardes", "oi", "ello", "anyone", "alguien", "hay alguien",
    "u there", "you there", "are you there", "estas ahi",
}  # fmt: skip
ROBOT = re.compile(
    r"(are|r|is) (you|u|this|it)( talking to)?( just)?( a| an)?"
    r" ?(robot|bot|machine|computer|ai|real|real person|human|person)"
    r"|am i talking to (a |an )?(robot|bot|real person|person|human|machine)|who reads (this|these)"
    r"|(eres|sois|es esto|es) (un |una )?(robot|bot|maquina|persona( real| de verdad)?)|quien lee (esto|estos mensajes)"
)
YES_SIGNS, KIND_SIGNS = set("👍👌✅☑✔🆗"), set("🙏❤♥🙂😊😀😁😅😂👊🤝✌💯🤞💪")


def small_talk(body: str) -> str | None:
    """What needs no menu: "thanks" (nothing needs to be said back), "hello", "robot" (is anybody there?), "yes" for a
    thumb that says it, "menu" for a question mark alone. None: it may mean more."""
    said = bare(body)
    if not said:
        signs = {
            sign for sign in body if not sign.isspace() and sign not in "\ufe0f\u200d" and not "🏻" <= sign <= "🏿"
        }
        if signs and signs <= YES_SIGNS:
            return "yes"
        if signs and signs <= set("?¿!¡."):
            return "menu" if signs & set("?¿") else None
        return "thanks" if signs and signs <= YES_SIGNS | KIND_SIGNS else None
    if ROBOT.fullmatch(said):
        return "robot"
    words = [word for word in said.split() if word not in FILLING]
    left = " ".join(words)
    if left in THANKS or said in THANKS:
        return "thanks"
    return "hello" if left in HELLO or said in HELLO else None


def initials(name: str) -> str:
    """The first letters of a name, as somebody gives them by text."""
    return "".join(part[0] for part in bare(name).split())


def gives_initials(body: str, name: str) -> bool:
    """Is this text the initials, or the first name, of that person?"""
    said, parts = bare(body).replace(" ", ""), bare(name).split()
    return bool(parts) and said in (initials(name), parts[0], "".join(parts))
