"""Shapes on images and beside point clouds: tools, models, geometry, rasters, permissions on base annotations."""
