"""For tests of rules and of kinds of your own: records to try, and whether every path judges them alike.

Needs the extra `testing`: `pip install 'servstd[testing]'`.
"""

try:
    import hypothesis  # noqa: F401 - both are named here once, so that what lacks one says so
    import pyarrow  # noqa: F401 - as above
except ImportError as error:
    from servstd.errors import ExtraMissing

    raise ExtraMissing("servstd.testing needs hypothesis and pyarrow: pip install 'servstd[testing]'") from error

from servstd.testing.aims import Trial
from servstd.testing.parity import Parity, check_parity
from servstd.testing.strategies import records, trials
from servstd.testing.values import instants, values_of

__all__ = ["Parity", "Trial", "check_parity", "instants", "records", "trials", "values_of"]
