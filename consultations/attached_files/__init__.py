"""What is inside attached files: their words, and content that runs by itself.

Pure Python. Files are given by anybody and may be hostile: `inspection` has them read
in a child process with limits of time and memory.
"""
