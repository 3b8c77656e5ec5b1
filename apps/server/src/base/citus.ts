// Readings spread over the nodes of a Citus cluster, by bucket. They are nearly all rows of a large
// installation. Money, tokens and their log stay together on the coordinator: triggers write the
// log in the transaction of what they log, and Citus keeps no such triggers on spread tables.

import pg from 'pg';

/** Tables that are spread. Nothing refers to them, and they refer to nothing. */
const spread = ['readings'] as const;
/** More than nodes, so that each gets the same share and more can come. */
const shards = 64;
// Any constant but that of migrations.
const lockKey = 7_071_002;

export type SpreadRefusal =
  | { readonly kind: 'noCitus' }
  | { readonly kind: 'noNodes' }
  | { readonly kind: 'notMigrated' }
  /** Spread already, by a column or in a way that is not ours. */
  | { readonly kind: 'otherForm'; readonly table: string }
  /** Spread by somebody, and not among those that are known to work so. */
  | { readonly kind: 'unknownTable'; readonly table: string }
  /** What Citus would drop, or leave undone, without a word. */
  | { readonly kind: 'hasMore'; readonly table: string; readonly what: string };

export type Spread = {
  /** Spread by this call; the others were so before. */
  readonly tables: readonly string[];
  readonly nodes: readonly string[];
  /** Nodes on which the server's role cannot sign in yet. */
  readonly withoutLogin: readonly string[];
};

/**
 * Spreads what is not spread yet, each table in one transaction: broken off, it is run again. The
 * URL is the owner's, of the coordinator. Throws what PostgreSQL answers.
 */
export async function spreadReadings(ownerUrl: string): Promise<Spread | SpreadRefusal> {
  const client = new pg.Client({ connectionString: ownerUrl });
  client.on('error', () => {});
  await client.connect();
  try {
    await client.query('SELECT pg_advisory_lock($1)', [lockKey]);
    const refusal = await whyNot(client);
    if (refusal !== null) return refusal;
    const tables: string[] = [];
    for (const table of spread) {
      if (await spreadOne(client, table)) tables.push(table);
    }
    await tellSettings(client);
    return { tables, nodes: await nodesOf(client), withoutLogin: await nodesWithoutLogin(client) };
  } finally {
    await client.end();
  }
}

async function whyNot(client: pg.Client): Promise<SpreadRefusal | null> {
  const { rows: extensions } = await client.query(
    `SELECT 1 FROM pg_extension WHERE extname = 'citus'`,
  );
  if (extensions.length === 0) return { kind: 'noCitus' };
  if ((await nodesOf(client)).length === 0) return { kind: 'noNodes' };
  for (const table of spread) {
    const { rows } = await client.query('SELECT to_regclass($1) AS found', [`prewatt.${table}`]);
    if (rows[0].found === null) return { kind: 'notMigrated' };
  }
  const { rows } = await client.query<{ table: string; months: boolean; isOurs: boolean }>(
    `SELECT c.relname AS table, c.relispartition AS months,
       p.partmethod = 'h' AND column_to_column_name(p.logicalrelid, p.partkey) = 'bucket' AS "isOurs"
     FROM pg_dist_partition p JOIN pg_class c ON c.oid = p.logicalrelid
     WHERE c.relnamespace = 'prewatt'::regnamespace
       AND NOT (p.partmethod = 'n' AND p.repmodel = 's')
     ORDER BY 1`,
  );
  for (const { table, months, isOurs } of rows) {
    const isKnown = spread.some(
      (name) => name === table || (months && table.startsWith(`${name}_`)),
    );
    if (!isKnown) return { kind: 'unknownTable', table };
    if (!isOurs) return { kind: 'otherForm', table };
  }
  return hasMore(client);
}

/** A later version may add to the tables what this one does not know how to spread. */
async function hasMore(client: pg.Client): Promise<SpreadRefusal | null> {
  const { rows } = await client.query<{ table: string; what: string }>(
    `SELECT c.relname AS table, more.what FROM pg_class c CROSS JOIN LATERAL (
       SELECT 'trigger ' || tgname AS what FROM pg_trigger WHERE tgrelid = c.oid AND NOT tgisinternal
       UNION ALL SELECT 'foreign key ' || conname FROM pg_constraint
         WHERE contype = 'f' AND (conrelid = c.oid OR confrelid = c.oid)
       UNION ALL SELECT 'policy ' || polname FROM pg_policy
         WHERE polrelid = c.oid AND polname <> 'tenant') more
     WHERE c.relnamespace = 'prewatt'::regnamespace AND c.relname = ANY ($1) ORDER BY 1, 2 LIMIT 1`,
    [spread],
  );
  const [row] = rows;
  return row === undefined ? null : { kind: 'hasMore', ...row };
}

/** False where it was spread before. Citus takes no policy with a query of its own inside. */
async function spreadOne(client: pg.Client, table: string): Promise<boolean> {
  const { rows } = await client.query(
    'SELECT 1 FROM pg_dist_partition WHERE logicalrelid = $1::regclass',
    [`prewatt.${table}`],
  );
  if (rows.length > 0) return false;
  await client.query('BEGIN');
  try {
    await client.query(`DROP POLICY tenant ON prewatt.${table}`);
    await client.query(
      `SELECT create_distributed_table('prewatt.${table}', 'bucket', shard_count => ${shards})`,
    );
    await client.query(`CREATE POLICY tenant ON prewatt.${table} TO prewatt_app
      USING (utility_id = prewatt.current_utility())
      WITH CHECK (utility_id = prewatt.current_utility())`);
    await client.query('COMMIT');
    return true;
  } catch (error) {
    await client.query('ROLLBACK').catch(() => undefined);
    throw error;
  }
}

/** The tenant of a transaction (SET LOCAL) goes to the nodes, from the next connection on. */
async function tellSettings(client: pg.Client): Promise<void> {
  await client.query(`DO $$ BEGIN
    EXECUTE format('ALTER DATABASE %I SET citus.propagate_set_commands = %L',
      current_database(), 'local');
  END $$`);
}

async function nodesOf(client: pg.Client): Promise<readonly string[]> {
  const { rows } = await client.query<{ node: string }>(
    `SELECT nodename || ':' || nodeport AS node FROM pg_dist_node
     WHERE noderole = 'primary' AND shouldhaveshards AND isactive ORDER BY 1`,
  );
  return rows.map(({ node }) => node);
}

async function nodesWithoutLogin(client: pg.Client): Promise<readonly string[]> {
  const { rows } = await client.query<{ node: string }>(
    `SELECT nodename || ':' || nodeport AS node FROM run_command_on_workers($$
       SELECT count(*) FROM pg_roles WHERE rolname = 'prewatt_app' AND rolcanlogin $$)
     WHERE result <> '1' ORDER BY 1`,
  );
  return rows.map(({ node }) => node);
}
