"""What every part stands on: settings, database, tenancy, errors, paging. No domain word."""
