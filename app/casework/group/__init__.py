"""The people of a case that is about several: how old they are, and what they have agreed to.

Pure: it knows no database and no page.
"""
