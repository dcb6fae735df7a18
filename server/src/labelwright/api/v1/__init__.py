"""V1 as Scale's clients speak it; ``README.md`` lists what is emulated, what is not, and every oddity."""

from labelwright.api.v1 import batches, files, projects, tasks

ENDPOINTS = (*tasks.ENDPOINTS, *batches.ENDPOINTS, *projects.ENDPOINTS, *files.ENDPOINTS)
