"""V1 as Scale's clients speak it; ``README.md`` lists what is emulated, what is not, and every oddity."""

from labelwright.api.v1 import (
    audits,
    batches,
    files,
    labelers,
    projects,
    quality_tasks,
    response_urls,
    studio,
    tasks,
    teams,
)

ENDPOINTS = (
    *tasks.ENDPOINTS,
    *response_urls.ENDPOINTS,
    *batches.ENDPOINTS,
    *projects.ENDPOINTS,
    *files.ENDPOINTS,
    *quality_tasks.ENDPOINTS,
    *audits.ENDPOINTS,
    *labelers.ENDPOINTS,
    *teams.ENDPOINTS,
    *studio.ENDPOINTS,
)
