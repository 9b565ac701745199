// The kernel sources are embedded by this target.
