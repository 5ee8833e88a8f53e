"""Recognition in calls: worker processes that own the audio, and the engine's desk that tells them whom to hear."""
