import IbexGraph
