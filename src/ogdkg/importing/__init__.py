"""A table of facts becomes files of a layer, by a mapping that a project keeps."""
