"""Many records at once: what conditions and kinds of check see of a batch, one array a word instead of one value.

Needs numpy, so nothing here is imported before a table is judged. A vector check decides the rows that it is sure
of and leaves the others: the scalar check, which is the reference, then judges those one by one. So a vector check
can be simple, and can never be the only judge of a hard case.
"""

from servstd.columns.codes import LEFT, Codes
from servstd.columns.columns import Columns, EventColumn, EventRows, FieldColumn
from servstd.columns.decided import Counts, Decided

__all__ = ["LEFT", "Codes", "Columns", "Counts", "Decided", "EventColumn", "EventRows", "FieldColumn"]
