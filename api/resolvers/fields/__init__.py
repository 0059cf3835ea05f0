"""根字段 Root fields that are not planned: step checks, notices, filings, identifiers, events."""
