"""The only modules that touch the network, the disk or the time."""
