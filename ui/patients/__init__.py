"""Patients: who waits, what is known of them, and every form about one person."""
