"""Skyddsnät: how a citizen's report reaches the right staff, sealed, and how they take it up."""

VERSION = "0.1.0"
