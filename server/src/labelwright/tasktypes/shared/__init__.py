"""What several task-type families share; no task type itself, so it has no ``TASK_TYPES``."""
