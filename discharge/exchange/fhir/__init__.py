"""FHIR R4 with UK Core: people with their stay, their referral and their tests, as JSON."""
