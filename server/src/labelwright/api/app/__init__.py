"""What the web app calls: the same rules as V1's, with a person and a session instead of a key."""

from labelwright.api.app import (
    answers,
    archive,
    assignments,
    audits,
    callbacks,
    deliveries,
    editors,
    invitations,
    model_answers,
    people,
    progress,
    session,
    stuck,
)

ENDPOINTS = (
    *session.ENDPOINTS,
    *assignments.ENDPOINTS,
    *model_answers.ENDPOINTS,
    *answers.ENDPOINTS,
    *progress.ENDPOINTS,
    *audits.ENDPOINTS,
    *archive.ENDPOINTS,
    *stuck.ENDPOINTS,
    *editors.ENDPOINTS,
    *callbacks.ENDPOINTS,
    *deliveries.ENDPOINTS,
    *people.ENDPOINTS,
    *invitations.ENDPOINTS,
)
