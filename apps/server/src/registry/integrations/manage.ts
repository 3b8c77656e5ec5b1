// What administrators do about integrations: make one, give it another key, revoke it.

import type { Integration, IntegrationMade, IntegrationScope } from '@prewatt/api';
import type { RandomBytes } from '@prewatt/quantities';
import { dayMs, err, hourMs, idFromUuid, isoOf, ok, type Result } from '@prewatt/quantities';
import { sql } from 'kysely';
import { instant, type Tx } from '../../base/database.ts';
import type { NewUuid } from '../../base/ids.ts';
import { answerAgain, holdRequestId } from '../../base/request-ids.ts';
import type { IntegrationRefusal } from './errors.ts';
import { makeKey } from './keys.ts';

type By = { readonly utilityId: string; readonly operatorId: string; readonly name: string };
type Answer<T, E extends IntegrationRefusal> = Promise<Result<T, E>>;

export type NewIntegration = {
  readonly requestId: string;
  readonly name: string;
  readonly scopes: readonly IntegrationScope[];
  readonly requestsPerMinute: number;
  readonly expiresInDays: number | null;
};

export type IntegrationManaging = {
  readonly make: (
    tx: Tx,
    by: By,
    wish: NewIntegration,
  ) => Answer<IntegrationMade, 'nameTaken' | 'keyShownBefore' | 'requestIdReused'>;
  readonly rotate: (
    tx: Tx,
    by: By,
    wish: {
      readonly requestId: string;
      readonly integrationId: string;
      readonly overlapHours: number;
      readonly expiresInDays: number | null;
    },
  ) => Answer<
    IntegrationMade,
    'unknownIntegration' | 'integrationRevoked' | 'keyShownBefore' | 'requestIdReused'
  >;
  /** Again, with whatever reason: nothing changes. */
  readonly revoke: (
    tx: Tx,
    by: By,
    wish: { readonly integrationId: string; readonly reason: string },
  ) => Answer<{ readonly integration: Integration; readonly isNew: boolean }, 'unknownIntegration'>;
  /** Newest first. */
  readonly list: (tx: Tx, utilityId: string) => Promise<readonly Integration[]>;
  readonly detail: (
    tx: Tx,
    utilityId: string,
    integrationId: string,
  ) => Promise<Integration | null>;
};

type ManageDeps = {
  readonly newUuid: NewUuid;
  readonly random: RandomBytes;
  /** Real time. */
  readonly nowMs: () => number;
};

export function createIntegrationManaging(o: ManageDeps): IntegrationManaging {
  const detail = (tx: Tx, utilityId: string, integrationId: string) =>
    readOne(tx, { utilityId, integrationId, nowMs: o.nowMs() });
  return {
    make: (tx, by, wish) => make(tx, o, { by, wish }),
    rotate: (tx, by, wish) => rotate(tx, o, { by, wish }),
    revoke: async (tx, by, { integrationId, reason }) => {
      const revoked = await sql`UPDATE integrations SET revoked_at = ${new Date(o.nowMs())},
          revoked_reason = ${reason} WHERE utility_id = ${by.utilityId}::uuid
          AND id = ${integrationId}::uuid AND revoked_at IS NULL RETURNING id`.execute(tx);
      const integration = await detail(tx, by.utilityId, integrationId);
      if (integration === null) return err('unknownIntegration');
      return ok({ integration, isNew: revoked.rows.length > 0 });
    },
    list: (tx, utilityId) => readMany(tx, { utilityId, nowMs: o.nowMs() }),
    detail,
  };
}

async function make(
  tx: Tx,
  o: ManageDeps,
  { by, wish }: { readonly by: By; readonly wish: NewIntegration },
): ReturnType<IntegrationManaging['make']> {
  const { utilityId } = by;
  const before = await keyOfRequest(tx, { utilityId, requestId: wish.requestId });
  if (before !== null) return repeated(before.name, wish.name);
  const inserted = await sql<{ id: string }>`INSERT INTO integrations
      (id, utility_id, name, scopes, requests_per_minute, created_at, created_by, created_by_name)
    VALUES (${o.newUuid()}::uuid, ${utilityId}::uuid, ${wish.name}, ${[...wish.scopes]}::text[],
      ${wish.requestsPerMinute}, ${new Date(o.nowMs())}, ${by.operatorId}::uuid, ${by.name})
    ON CONFLICT (utility_id, name) WHERE revoked_at IS NULL DO NOTHING RETURNING id`.execute(tx);
  const integrationId = inserted.rows[0]?.id;
  if (integrationId === undefined) return err('nameTaken');
  return ok(await giveKey(tx, o, { ...wish, utilityId, integrationId }));
}

async function rotate(
  tx: Tx,
  o: ManageDeps,
  a: { readonly by: By; readonly wish: Parameters<IntegrationManaging['rotate']>[2] },
): ReturnType<IntegrationManaging['rotate']> {
  const { integrationId, overlapHours, ...wish } = a.wish;
  const { utilityId } = a.by;
  const before = await keyOfRequest(tx, { utilityId, requestId: wish.requestId });
  if (before !== null) return repeated(before.integration_id, integrationId);
  const now = await readOne(tx, { utilityId, integrationId, nowMs: o.nowMs() });
  if (now === null) return err('unknownIntegration');
  if (now.revokedAt !== null) return err('integrationRevoked');
  const ends = new Date(o.nowMs() + overlapHours * hourMs);
  await sql`UPDATE integration_keys SET expires_at = ${ends}::timestamptz
    WHERE utility_id = ${utilityId}::uuid AND integration_id = ${integrationId}::uuid
      AND coalesce(expires_at > ${ends}::timestamptz, true)`.execute(tx);
  return ok(await giveKey(tx, o, { ...wish, utilityId, integrationId }));
}

/** A request that was done is shown no key again; with other content it is refused as such. */
function repeated(
  first: string,
  asked: string,
): Result<never, 'keyShownBefore' | 'requestIdReused'> {
  const same = answerAgain(first, asked, null);
  return same.ok ? err('keyShownBefore') : same;
}

async function keyOfRequest(
  tx: Tx,
  o: { readonly utilityId: string; readonly requestId: string },
): Promise<{ readonly integration_id: string; readonly name: string } | null> {
  await holdRequestId(tx, { feature: 'integrations', ...o });
  const row = await tx
    .selectFrom('integration_keys as k')
    .innerJoin('integrations as i', 'i.id', 'k.integration_id')
    .select(['k.integration_id', 'i.name'])
    .where('k.utility_id', '=', o.utilityId)
    .where('k.request_id', '=', o.requestId)
    .executeTakeFirst();
  return row ?? null;
}

async function giveKey(
  tx: Tx,
  o: ManageDeps,
  k: {
    readonly utilityId: string;
    readonly integrationId: string;
    readonly requestId: string;
    readonly expiresInDays: number | null;
  },
): Promise<IntegrationMade> {
  const { utilityId, integrationId } = k;
  const nowMs = o.nowMs();
  const keyId = o.newUuid();
  const { key, secretHash } = makeKey(keyId, o.random);
  await tx
    .insertInto('integration_key_directory')
    .values({ key_id: keyId, utility_id: utilityId })
    .execute();
  await tx
    .insertInto('integration_keys')
    .values({
      ...{ id: keyId, utility_id: utilityId, integration_id: integrationId },
      ...{ request_id: k.requestId, secret_hash: secretHash, created_at: new Date(nowMs) },
      expires_at: k.expiresInDays === null ? null : new Date(nowMs + k.expiresInDays * dayMs),
    })
    .execute();
  const integration = await readOne(tx, { utilityId, integrationId, nowMs });
  if (integration === null) throw new Error('an integration that was just made is away');
  return { integration, key };
}

type Reading = { readonly utilityId: string; readonly nowMs: number };

async function readOne(
  tx: Tx,
  o: Reading & { readonly integrationId: string },
): Promise<Integration | null> {
  const [one] = await readMany(tx, o);
  return one ?? null;
}

async function readMany(
  tx: Tx,
  o: Reading & { readonly integrationId?: string },
): Promise<readonly Integration[]> {
  const only = o.integrationId === undefined ? sql`true` : sql`i.id = ${o.integrationId}::uuid`;
  const { rows } = await sql<StoredIntegration>`SELECT i.id, i.name, i.scopes,
      i.requests_per_minute, i.created_at, i.created_by_name, i.revoked_at, i.revoked_reason
    FROM integrations i WHERE i.utility_id = ${o.utilityId}::uuid AND ${only}
    ORDER BY i.id DESC`.execute(tx);
  const keys = await sql<StoredKey>`SELECT k.id, k.integration_id, k.created_at, k.expires_at,
      k.last_used_at, coalesce(k.expires_at > ${instant(o.nowMs)}::timestamptz, true) AS opens
    FROM integration_keys k JOIN integrations i ON i.id = k.integration_id
    WHERE k.utility_id = ${o.utilityId}::uuid AND ${only} ORDER BY k.id`.execute(tx);
  const keysOf = Map.groupBy(keys.rows, (key) => key.integration_id);
  return rows.map((row) => integrationJson(row, keysOf.get(row.id) ?? []));
}

type StoredIntegration = {
  readonly id: string;
  readonly name: string;
  readonly scopes: IntegrationScope[];
  readonly requests_per_minute: number;
  readonly created_at: number;
  readonly created_by_name: string;
  readonly revoked_at: number | null;
  readonly revoked_reason: string | null;
};
type StoredKey = {
  readonly id: string;
  readonly integration_id: string;
  readonly created_at: number;
  readonly expires_at: number | null;
  readonly last_used_at: number | null;
  readonly opens: boolean;
};

const isoOrNull = (atMs: number | null): string | null => (atMs === null ? null : isoOf(atMs));

const integrationJson = (row: StoredIntegration, keys: readonly StoredKey[]): Integration => ({
  integrationId: idFromUuid('integration', row.id),
  name: row.name,
  scopes: row.scopes,
  requestsPerMinute: row.requests_per_minute,
  createdAt: isoOf(row.created_at),
  createdBy: row.created_by_name,
  revokedAt: isoOrNull(row.revoked_at),
  revokedReason: row.revoked_reason,
  keys: keys.map((key) => ({
    keyId: idFromUuid('key', key.id),
    createdAt: isoOf(key.created_at),
    expiresAt: isoOrNull(key.expires_at),
    lastUsedAt: isoOrNull(key.last_used_at),
    state: key.opens && row.revoked_at === null ? ('opens' as const) : ('ended' as const),
  })),
});
