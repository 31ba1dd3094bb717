"""A plain Django wizard with the anonymous neighbour's pages, for bench/load to be held against.

Written as anybody would who knows Django: sessions in the database, CSRF tokens, a form for each
page, what was typed kept in the session and judged again when it is handed in. Where Django offers
several ways the one that costs it least is taken: fields written out in a template of our own,
connections kept, answers neither compressed nor sealed. It runs in an environment of its own
(requirements/bench.lock) and knows nothing of ours.
"""
