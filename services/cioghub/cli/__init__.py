"""The ciog command."""
