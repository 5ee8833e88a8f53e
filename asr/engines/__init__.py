"""Speech engines behind the port of `asr.recognizer`; the only home of their libraries."""
