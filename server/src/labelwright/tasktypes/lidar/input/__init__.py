"""Files of point clouds and scenes, read into arrays (wire/task-types-lidar-frames)."""
