// Streams an export: pages in key order, each in a transaction of its own.

import type { ExportKind } from '@prewatt/api';
import { type Id, parseId, uuidOf } from '@prewatt/quantities';
import { sql } from 'kysely';
import { createCells, csvLines } from '../../base/csv.ts';
import type { Database } from '../../base/database.ts';
import type { Utilities } from '../../registry/utilities/index.ts';
import { type Key, pageRows } from './register.ts';
import { registers } from './registers.ts';

export type Exports = ReturnType<typeof createExports>;

export function createExports(o: { readonly database: Database; readonly utilities: Utilities }) {
  return {
    /**
     * Lines of the export, from the header on or after the row of an identifier; null when there is
     * no such row. Throws in mid-stream when the database goes away.
     */
    lines: async (
      utilityId: string,
      kind: ExportKind,
      after: string | null,
    ): Promise<AsyncGenerator<string> | null> => {
      const utility = await o.utilities.get(utilityId);
      const register = registers[kind];
      let key: Key | null = null;
      if (after !== null) {
        const id = parseId(register.prefix, after);
        if (!id.ok) return null;
        const uuid = uuidOf(id.value as Id<typeof register.prefix>);
        key = await o.database.inUtility(utilityId, async (tx) => {
          const { rows } = await sql<Key>`SELECT bucket, id::text FROM ${sql.table(register.table)}
            WHERE ${register.is(uuid)}`.execute(tx);
          return rows[0] ?? null;
        });
        if (key === null) return null;
      }
      const cells = createCells(utility);
      const { database } = o;
      return (async function* () {
        if (key === null) yield csvLines([register.columns]);
        while (true) {
          const from = key;
          const page = await database.inUtility(utilityId, (tx) => register.page(tx, from, cells));
          const lines = page.flatMap((row) => (row.cells === null ? [] : [row.cells]));
          if (lines.length > 0) yield csvLines(lines);
          const last = page.at(-1);
          if (last === undefined || page.length < pageRows) return;
          key = last.key;
        }
      })();
    },

    zoneOf: async (utilityId: string): Promise<string> => (await o.utilities.get(utilityId)).zone,
  };
}
