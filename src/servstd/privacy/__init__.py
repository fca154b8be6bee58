"""What keeps people out of logs and reports: pseudonyms, and texts without what points to somebody.

Pseudonymised data is still personal data: whoever holds the key can find out who is meant. Nothing here makes data
anonymous, and no function here judges people.
"""

from servstd.privacy.pseudonym import PseudonymError, Pseudonymiser
from servstd.privacy.redact import Redactor

__all__ = ["PseudonymError", "Pseudonymiser", "Redactor"]
