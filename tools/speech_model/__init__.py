"""Makes the embedded speech model: synthetic voices, a small network, and the files Vosk loads. Needs `.[train]`."""
