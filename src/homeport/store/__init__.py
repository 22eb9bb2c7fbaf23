"""The memory: records in working memory, every commit on disk before it is answered for."""
