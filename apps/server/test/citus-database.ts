// A database on a Citus cluster, for a test file: with `PREWATT_CITUS_URL` (a superuser's URL of
// any database that has the cluster's nodes) a harness takes one of these in place of its own.

import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { spreadReadings } from '../src/base/citus.ts';
import { migrateGuarded } from '../src/compose/life-cycles.ts';

type Node = { readonly host: string; readonly port: number; readonly isCoordinator: boolean };

/** Migrated, and its readings spread over the cluster's nodes. */
export async function citusDatabase(
  clusterUrl: string,
): Promise<{ readonly url: string; readonly drop: () => Promise<void> }> {
  const name = `prewatt_test_${randomBytes(6).toString('hex')}`;
  const nodes = await ask<Node>(
    clusterUrl,
    `SELECT nodename AS host, nodeport AS port, groupid = 0 AS "isCoordinator" FROM pg_dist_node
     WHERE noderole = 'primary' ORDER BY nodeid`,
  );
  const onEach = async (sql: string, database?: string): Promise<void> => {
    for (const node of nodes) await ask(urlAt(clusterUrl, node, database), sql);
  };
  await onEach(`CREATE DATABASE ${name}`);
  await onEach('CREATE EXTENSION citus', name);
  const url = changed(clusterUrl, (to) => {
    to.pathname = `/${name}`;
  });
  for (const { host, port, isCoordinator } of nodes) {
    const add = isCoordinator ? 'citus_set_coordinator_host' : 'citus_add_node';
    await ask(url, `SELECT ${add}('${host}', ${port})`);
  }
  await migrateGuarded(url);
  const spread = await spreadReadings(url);
  if ('kind' in spread) throw new Error(`citus: ${spread.kind}`);
  for (const node of nodes) {
    await ask(
      urlAt(clusterUrl, node, name),
      'SET citus.enable_ddl_propagation = off; ALTER ROLE prewatt_app LOGIN',
    );
  }
  return { url, drop: () => onEach(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`) };
}

function urlAt(clusterUrl: string, { host, port }: Node, database?: string): string {
  return changed(clusterUrl, (url) => {
    url.host = `${host}:${port}`;
    if (database !== undefined) url.pathname = `/${database}`;
  });
}

function changed(url: string, change: (url: URL) => void): string {
  const copy = new URL(url);
  change(copy);
  return copy.href;
}

async function ask<Row extends pg.QueryResultRow>(url: string, sql: string): Promise<Row[]> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => {});
  await client.connect();
  try {
    return (await client.query<Row>(sql)).rows;
  } finally {
    await client.end();
  }
}
