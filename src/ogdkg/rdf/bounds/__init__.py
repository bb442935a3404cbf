"""What a document may ask of the machine before an engine reads it: one linear pass, with no engine."""
