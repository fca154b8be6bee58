"""What reviewers need: how far they agree, and rates that are right for a sample."""
