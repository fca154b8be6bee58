"""One file a command: its arguments, their help, its exit codes. What it does is imported when it runs."""
