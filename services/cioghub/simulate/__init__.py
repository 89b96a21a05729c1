"""Simulated fortnights of four agencies, with planted issues and decoys."""
