"""The words everyone speaks: identifiers, events, commands, errors and located YAML. Imports nothing of ours."""
