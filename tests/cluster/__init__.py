"""Clusters of real nodes: real Locust and rlocust as masters and workers, in all pairings and under all faults.

`zmtp` and `peers` speak the wire by hand, `nodes` starts a cluster, `proxy` breaks its connections. `pairings` says
what must be equal in every pairing, `faults` what must hold when something breaks. `make cluster` (`table`) shows both.
"""
