-- The tenant of a transaction does not change within a statement: as a subquery it is looked up once for a statement, not
-- once for each row, which was a fifth of what PostgreSQL did for a batch of sales.

DO $$
DECLARE
  policy record;
BEGIN
  FOR policy IN SELECT tablename FROM pg_policies WHERE schemaname = 'prewatt' AND policyname = 'tenant' LOOP
    EXECUTE format('ALTER POLICY tenant ON prewatt.%I
      USING (utility_id = (SELECT prewatt.current_utility()))
      WITH CHECK (utility_id = (SELECT prewatt.current_utility()))', policy.tablename);
  END LOOP;
END
$$;
