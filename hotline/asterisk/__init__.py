"""The Asterisk side: AMI link, per-channel sessions, translation, provisioning."""
