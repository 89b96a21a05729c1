"""Migrations, one after the other, from the first version on."""
