"""What goes wrong with France Travail's API, in French: the texts are read by people in a log or on a page.

None holds a secret or a token: bodies are quoted after ``client.Client`` took those out.
"""

from __future__ import annotations


class FranceTravailError(Exception):
    """Anything that France Travail's API did, or was not able to do; ``tries`` is how often it was asked."""

    tries: int | None = None


class CredentialsError(FranceTravailError):
    """The application, its secret, its scope or its token are refused: a person must mend the connection."""


class RequestError(FranceTravailError):
    """An answer that the same request would meet again (redirection, 4xx)."""


class UnavailableError(FranceTravailError):
    """The API does not answer as it should for now: trying again may help.

    Attributes:
        retry_after: seconds that the server asked to wait, None if it said nothing.
        limited: the server said that too many calls came (429): every thread has to wait, not only this one.
    """

    def __init__(self, message: str, *, retry_after: float | None = None, limited: bool = False) -> None:
        super().__init__(message)
        self.retry_after = retry_after
        self.limited = limited


class AnswerError(FranceTravailError):
    """An answer that does not hold; the message names the place in the JSON and the value, *body* is all of it."""

    body: bytes | None = None

    def __init__(self, path: str, value: object, expected: str) -> None:
        try:
            shown = repr(value)
        except RecursionError:  # nested as deep as the JSON's reader bore
            shown = type(value).__name__
        super().__init__(f"réponse inattendue : {path} = {shown[:_SHOWN]}, attendu : {expected}")
        self.path = path


class CampaignError(FranceTravailError):
    """A campaign that cannot go on for now: another try goes on where it stopped."""


class EndedCampaignError(FranceTravailError):
    """A campaign that is over without being good: the message says how many questions and what they met."""


_SHOWN = 120
"""Characters of a value that are quoted: enough to recognise it."""
