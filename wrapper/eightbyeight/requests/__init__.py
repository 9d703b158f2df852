"""From a resource's arguments to a finished ``Call``: pure functions, one module for each tag of the spec."""
