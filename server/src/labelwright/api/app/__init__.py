"""What the web app calls: the same rules as V1's, with a person and a session instead of a key."""

from labelwright.api.app import answers, assignments, progress, session

ENDPOINTS = (*session.ENDPOINTS, *assignments.ENDPOINTS, *answers.ENDPOINTS, *progress.ENDPOINTS)
