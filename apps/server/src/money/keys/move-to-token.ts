// Vending keys that rest sealed in the database, brought into the hardware token by the database's
// owner, for all utilities. Servers may run meanwhile: one that has the token opens a row anew once
// it has changed. Key by key, so that a token that is full or pulled out leaves each key whole in
// one place; harmless to repeat.

import { ok, type Result } from '@prewatt/quantities';
import pg from 'pg';
import type { Hardware } from '../../base/hardware/index.ts';
import { createNewUuid, systemRandom } from '../../base/ids.ts';
import { open } from '../../base/seal.ts';
import { recordAuditEntryOfOwner } from '../../registry/audit-log/index.ts';
import { type HomeRefusal, openRow, settleInToken } from './homes.ts';

export type { HomeRefusal } from './homes.ts';

export type Moved = {
  readonly moved: readonly string[];
  /** In the token already, by a run before. */
  readonly before: readonly string[];
  /** Of DKGA02, which no token guards. */
  readonly software: readonly string[];
  /** Sealed under another master key. */
  readonly closed: readonly string[];
  /** Why those that are left stayed where they were. */
  readonly stopped: { readonly key: string; readonly why: HomeRefusal } | null;
};

type Order = {
  /** Of the database's owner. */
  readonly url: string;
  readonly masterKey: Buffer;
  readonly hardware: Hardware;
  readonly nowMs: () => number;
  /** Who keeps the database, as the audit log calls them. */
  readonly by: string;
};

type Row = {
  readonly id: string;
  readonly utility_id: string;
  readonly supply_group_code: string;
  readonly key_revision: number;
  readonly dkga: 'dkga02' | 'dkga04';
  readonly sealed: Buffer;
};

export async function moveToToken(o: Order): Promise<Moved> {
  const client = new pg.Client({ connectionString: o.url, application_name: 'prewatt-keys' });
  // Told by the next query, too.
  client.on('error', () => {});
  await client.connect();
  const moved: string[] = [];
  const found = { before: [] as string[], software: [] as string[], closed: [] as string[] };
  try {
    await client.query('SET search_path = prewatt');
    const { rows } = await client.query<Row>(
      `SELECT id, utility_id, supply_group_code, key_revision, dkga, sealed
       FROM vending_keys ORDER BY id`,
    );
    for (const row of rows) {
      const name = `${row.supply_group_code} revision ${row.key_revision}`;
      const key = openRow(o.masterKey, row);
      if (key === null) found.closed.push(name);
      else if (key.home === 'token') found.before.push(name);
      else if (row.dkga !== 'dkga04') found.software.push(name);
      else {
        const done = await moveOne(client, o, row);
        if (!done.ok) return { ...found, moved, stopped: { key: name, why: done.error } };
        moved.push(name);
      }
    }
    return { ...found, moved, stopped: null };
  } finally {
    await client.end();
  }
}

async function moveOne(client: pg.Client, o: Order, row: Row): Promise<Result<void, HomeRefusal>> {
  const bytes = open(o.masterKey, row.utility_id, row.sealed);
  if (bytes === null) throw new Error('a row that opened does not open');
  const settled = await settleInToken(o, {
    ...{ utilityId: row.utility_id, dkga: row.dkga, bytes },
    ...{ supplyGroupCode: row.supply_group_code, keyRevision: row.key_revision },
  });
  bytes.fill(0);
  if (!settled.ok) return settled;
  await client.query(`BEGIN; SET LOCAL prewatt.log_for = 'a key into the token'`);
  try {
    const { rowCount } = await client.query(
      'UPDATE vending_keys SET sealed = $1 WHERE id = $2 AND sealed = $3',
      [settled.value, row.id, row.sealed],
    );
    if (rowCount !== 1) throw new Error('the row was changed by another run: begin again');
    await recordAuditEntryOfOwner(client, {
      ...{ id: createNewUuid(o, systemRandom)(), utilityId: row.utility_id, by: o.by },
      ...{ at: new Date(o.nowMs()), act: 'vendingKeyIntoToken', subject: row.id },
    });
    await client.query('COMMIT');
  } catch (error) {
    await client.query('ROLLBACK').catch(() => undefined);
    throw error;
  }
  return ok(undefined);
}
