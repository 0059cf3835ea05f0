"""命令 One file per command: a docstring whose first line is its help, and a click command named `command`."""
