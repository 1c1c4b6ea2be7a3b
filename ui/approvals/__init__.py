"""Approvals: what the lead decides."""
