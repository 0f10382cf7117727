"""Published figures of feed-forward networks, each measured again beside what was published."""
