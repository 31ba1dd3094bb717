"""Everything is killed at random while people report, and then it is counted: `bench.crash`."""
