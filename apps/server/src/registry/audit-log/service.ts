// The audit log: what operators did where no other record has their name, written in the
// transaction of the change.

import {
  type AuditAction,
  type AuditEntryJson,
  type AuditLogQuery,
  auditActionsOfTopic,
} from '@prewatt/api';
import { idFromUuid } from '@prewatt/quantities';
import { type RawBuilder, sql } from 'kysely';
import type pg from 'pg';
import type { Tx } from '../../base/database.ts';
import type { NewUuid } from '../../base/ids.ts';
import type { Log } from '../../base/log.ts';

export type NewAuditEntry = {
  readonly utilityId: string;
  /** Null for whoever keeps the database. */
  readonly operatorId: string | null;
  readonly by: string;
  readonly act: AuditAction;
  readonly subject: string;
  /** From where over the network; null for whoever is at the database itself. */
  readonly address?: string | null | undefined;
  /** Never a secret. */
  readonly details?: Readonly<Record<string, string>>;
};

export type AuditLog = ReturnType<typeof createAuditLog>;

type AuditLogDeps = { readonly newUuid: NewUuid; readonly nowMs: () => number };

export async function recordAuditEntry(
  tx: Tx,
  o: AuditLogDeps,
  entry: NewAuditEntry,
): Promise<void> {
  await tx
    .insertInto('operator_acts')
    .values({
      id: o.newUuid(),
      utility_id: entry.utilityId,
      operator_id: entry.operatorId,
      by_name: entry.by.slice(0, 200),
      act: entry.act,
      subject: entry.subject.slice(0, 200),
      details: JSON.stringify(entry.details ?? {}),
      address: entry.address?.slice(0, 64) ?? null,
      at: new Date(o.nowMs()),
    })
    .execute();
}

/** Of whoever keeps the database, by whose own client: they are no operator of the utility. */
export async function recordAuditEntryOfOwner(
  client: pg.Client,
  entry: { readonly id: string; readonly at: Date } & Pick<
    NewAuditEntry,
    'utilityId' | 'by' | 'act' | 'subject'
  >,
): Promise<void> {
  await client.query(
    `INSERT INTO operator_acts (id, utility_id, by_name, act, subject, details, at)
     VALUES ($1, $2, $3, $4, $5, '{}', $6)`,
    [entry.id, entry.utilityId, entry.by, entry.act, entry.subject, entry.at],
  );
}

/** Who acts: an operator who is signed in. */
type By = {
  readonly utilityId: string;
  readonly operatorId: string;
  readonly name: string;
  readonly address?: string | undefined;
};

const pageSize = 100;

export function createAuditLog(
  o: AuditLogDeps & {
    readonly log: Pick<Log, 'info'>;
    /** Rows of `utility_id`, `subject` and `name`, of those whose names may change. */
    readonly namesOfSubjects: RawBuilder<unknown>;
  },
) {
  /** A row, and a line in the log without the words that were said. */
  const write = async (tx: Tx, entry: NewAuditEntry): Promise<void> => {
    await recordAuditEntry(tx, o, entry);
    const { details: _, by: __, ...told } = entry;
    o.log.info(told, 'audit');
  };
  const byOf = ({ utilityId, operatorId, name, address }: By) => ({
    ...{ utilityId, operatorId, by: name, address },
  });

  return {
    /** In the transaction of the change, which is of the operator's utility. */
    record: (
      tx: Tx,
      by: By,
      entry: Pick<NewAuditEntry, 'act' | 'subject' | 'details'>,
    ): Promise<void> => write(tx, { ...byOf(by), ...entry }),

    /** Of a person whose sign-in the caller does not hold, such as an installer on a job. */
    recordByName: write,

    /** Of somebody who is not signed in as an operator. */
    recordOfStranger: (tx: Tx, entry: Omit<NewAuditEntry, 'operatorId' | 'by'>): Promise<void> =>
      write(tx, { ...entry, operatorId: null, by: 'somebody who is not signed in' }),

    /** Of a program that came by a key; `by` says which. */
    recordOfProgram: (tx: Tx, entry: Omit<NewAuditEntry, 'operatorId'>): Promise<void> =>
      write(tx, { ...entry, operatorId: null }),

    /** Newest first; `cursor` is what the last page said. */
    list: async (
      tx: Tx,
      utilityId: string,
      query: Narrowing,
    ): Promise<{ readonly rows: AuditEntryJson[]; readonly nextCursor: string | null }> => {
      const { rows } = await sql<StoredAuditEntry>`SELECT a.id, a.by_name AS by, a.act, a.subject,
          a.details, a.address, a.at AS "atMs", coalesce(v.name, a.details->>'name') AS "subjectName"
        FROM operator_acts a
        LEFT JOIN ${o.namesOfSubjects} AS v ON v.subject = a.subject AND v.utility_id = a.utility_id
        WHERE a.utility_id = ${utilityId}::uuid AND ${narrowedTo(query)}
        ORDER BY a.id DESC LIMIT ${pageSize + 1}`.execute(tx);
      const shown = rows.slice(0, pageSize);
      return {
        rows: shown.map(({ id, atMs, ...row }) => ({
          ...row,
          actId: idFromUuid('act', id),
          at: new Date(atMs).toISOString(),
        })),
        nextCursor: rows.length > pageSize ? (shown.at(-1)?.id ?? null) : null,
      };
    },
  };
}

type Narrowing = Omit<AuditLogQuery, 'from' | 'to'> & {
  readonly fromMs?: number | null;
  readonly untilMs?: number | null;
};

/** The condition of the list over `a`, an entry, and `v`, its subject's name. */
function narrowedTo(query: Narrowing): RawBuilder<unknown> {
  const { cursor, about, who = '', fromMs = null, untilMs = null } = query;
  const before = cursor === undefined ? sql`true` : sql`a.id < ${cursor}::uuid`;
  // Reads and searches are many: who wants them asks for them.
  const kinds =
    about === undefined
      ? sql`a.act NOT IN ('connectionRead', 'phoneSearched')`
      : sql`a.act = ANY(${[...auditActionsOfTopic[about]]})`;
  const named = sql`position(lower(${who}) IN lower(concat_ws(' ', a.by_name, a.subject,
    v.name, a.details->>'name'))) > 0`;
  const since = fromMs === null ? sql`true` : sql`a.at >= ${new Date(fromMs)}`;
  const until = untilMs === null ? sql`true` : sql`a.at < ${new Date(untilMs)}`;
  return sql`${before} AND ${kinds} AND ${who === '' ? sql`true` : named} AND ${since} AND ${until}`;
}

type StoredAuditEntry = {
  readonly id: string;
  readonly by: string;
  readonly act: AuditAction;
  readonly subject: string;
  readonly subjectName: string | null;
  readonly details: Record<string, string>;
  readonly address: string | null;
  readonly atMs: number;
};
