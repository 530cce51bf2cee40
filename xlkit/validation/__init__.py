"""Whether answers are sound: pandera over one frame per table and run."""
