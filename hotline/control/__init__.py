"""The one door into the running hotline: a versioned line protocol over a Unix socket only its owner may open."""
