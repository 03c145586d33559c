"""The service: the only code that knows HTTP."""
