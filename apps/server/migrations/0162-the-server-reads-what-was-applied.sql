-- A server tells at its start, and `prewatt doctor` at any time, whether the database is of its version.

GRANT USAGE ON SCHEMA prewatt_migrations TO prewatt_app;
GRANT SELECT ON prewatt_migrations.applied TO prewatt_app;
