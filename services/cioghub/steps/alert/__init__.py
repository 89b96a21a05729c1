"""Alert: one issue, one alert, with its evidence and its reason in plain words."""
