"""CIOG Hub: the event-driven hub between the agencies of a Serious Violence Duty partnership."""
