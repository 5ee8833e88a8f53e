"""The same machines on simulated time: what a day would be like with other agents, other callers, another policy."""
