"""Columns of Spark as columns of Arrow, and back."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
from pyspark.sql import types as st

UTC_INSTANT = pa.timestamp("us", "UTC")
# TIMESTAMP_NTZ is a wall time: it has no zone until a mapping gives it one.
_PLAIN = {
    "boolean": pa.bool_(),
    "tinyint": pa.int8(),
    "smallint": pa.int16(),
    "int": pa.int32(),
    "bigint": pa.int64(),
    "float": pa.float32(),
    "double": pa.float64(),
    "date": pa.date32(),
    "binary": pa.binary(),
    "timestamp": UTC_INSTANT,
    "timestamp_ntz": pa.timestamp("us"),
}
_BACK = {
    pa.string(): st.StringType(),
    pa.binary(): st.BinaryType(),
    pa.bool_(): st.BooleanType(),
    pa.int32(): st.IntegerType(),
    pa.int64(): st.LongType(),
    pa.float64(): st.DoubleType(),
    UTC_INSTANT: st.TimestampType(),
}


def arrow_schema(schema: Any) -> Any:
    """The Arrow schema in which tasks see the columns of a Spark schema."""
    return pa.schema([(field.name, _arrow_type(field.dataType)) for field in schema.fields])


def _arrow_type(kind: Any) -> Any:
    if isinstance(kind, st.StructType):
        return pa.struct([(field.name, _arrow_type(field.dataType)) for field in kind.fields])
    if isinstance(kind, st.ArrayType):
        return pa.list_(_arrow_type(kind.elementType))
    if isinstance(kind, st.MapType):
        return pa.map_(_arrow_type(kind.keyType), _arrow_type(kind.valueType))
    if isinstance(kind, st.DecimalType):
        return pa.decimal128(kind.precision, kind.scale)
    return _PLAIN.get(kind.simpleString(), pa.string())


def spark_schema(schema: Any) -> Any:
    """The Spark schema of what tasks give back; dictionaries are texts there."""
    return st.StructType([st.StructField(field.name, _spark_type(field.type)) for field in schema])


def _spark_type(kind: Any) -> Any:
    return _BACK[kind.value_type if pa.types.is_dictionary(kind) else kind]
