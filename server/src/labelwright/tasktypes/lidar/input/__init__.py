"""Files of point clouds and scenes, read into arrays (task-types-3d §2, §3)."""
