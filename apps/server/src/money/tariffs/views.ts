// Tariffs as operators see them: lists, and one version with its words, examples, differences and
// back-test.

import type { BackTestJson, TariffList, TariffVersionDetail, TariffVersionRow } from '@prewatt/api';
import { civilDateOf, idFromUuid, isoOf } from '@prewatt/quantities';
import { compareTariffs, describeTariff, runExamples, type Tariff } from '@prewatt/tariff';
import { sql } from 'kysely';
import type { Tx } from '../../base/database.ts';
import type { Utility } from '../../registry/utilities/index.ts';
import { type StoredBackTest, selectNewest } from './back-test-store.ts';
import { type Refused, refusalText } from './errors.ts';
import type { Tariffs } from './in-force.ts';
import { type StoredVersion, selectDocument, selectVersions } from './store.ts';

export async function listOf(
  tx: Tx,
  tariffs: Tariffs,
  o: { readonly today: string },
): Promise<TariffList> {
  const versions = await selectVersions(tx);
  const counted = await sql<{ tariffId: string; count: number }>`
    SELECT tariff_id AS "tariffId", count(*)::int AS count FROM connections
    WHERE closed_at IS NULL GROUP BY 1`.execute(tx);
  const names = [...new Set(versions.map((version) => version.name))];
  const rows = [];
  for (const name of names) {
    const family = versions.filter((version) => version.name === name);
    const ids = family.map((version) => version.id);
    const inForceId = await inForceIdOf(tx, tariffs, { family, today: o.today });
    rows.push({
      name,
      inForceVersionId: inForceId === null ? null : idFromUuid('tariff', inForceId),
      connections: counted.rows
        .filter((row) => ids.includes(row.tariffId))
        .reduce((sum, row) => sum + row.count, 0),
      versions: family.map((version) => rowOf(version, { today: o.today, inForceId })),
    });
  }
  return { tariffs: rows };
}

async function inForceIdOf(
  tx: Tx,
  tariffs: Tariffs,
  o: { readonly family: readonly StoredVersion[]; readonly today: string },
): Promise<string | null> {
  const [any] = o.family;
  if (any === undefined) return null;
  const assigned = { tariffId: any.id, tariffParameters: {}, nextTariff: null };
  return (await tariffs.inForce(tx, [assigned]))(assigned, o.today)?.versionId ?? null;
}

function rowOf(
  version: StoredVersion,
  o: { readonly today: string; readonly inForceId: string | null },
): TariffVersionRow {
  return {
    versionId: idFromUuid('tariff', version.id),
    tariffName: version.name,
    version: version.version,
    state: version.state,
    standing: standingOf(version, o),
    effectiveFrom: version.effectiveFrom,
    effectiveTo: version.effectiveTo,
    reason: version.reason,
    requestedBy: version.requestedBy,
    requestedAt: isoOf(version.createdAtMs),
    approvedBy: version.approvedBy,
  };
}

function standingOf(
  version: StoredVersion,
  o: { readonly today: string; readonly inForceId: string | null },
): TariffVersionRow['standing'] {
  if (version.state !== 'approved') return null;
  if (version.effectiveFrom > o.today) return 'coming';
  return version.id === o.inForceId ? 'inForce' : 'past';
}

export async function detailOf(
  tx: Tx,
  tariffs: Tariffs,
  o: {
    readonly version: StoredVersion;
    readonly utility: Utility;
    readonly today: string;
    readonly baseline: StoredVersion | null;
    readonly whyNotRequest: Refused | null;
    readonly whyNotWithdraw: Refused | null;
  },
): Promise<TariffVersionDetail> {
  const { version } = o;
  const family = await selectVersions(tx, version.name);
  const inForceId = await inForceIdOf(tx, tariffs, { family, today: o.today });
  const tariff = await tariffs.documentOf(tx, version.id);
  const backTest = await selectNewest(tx, version.id);
  // Values of parameters change by the day: of what comes its first day's, of others today's.
  const isComing = version.effectiveFrom > o.today;
  const date = isComing ? version.effectiveFrom : o.today;
  return {
    ...rowOf(version, { today: o.today, inForceId }),
    document: await selectDocument(tx, version.id),
    words: tariff === null ? [] : describeTariff(tariff, { date }).map(mutable),
    examples:
      tariff === null
        ? []
        : runExamples(tariff).map((each) => ({ ...each, misses: [...each.misses] })),
    changes: await changesOf(tx, tariffs, { baseline: o.baseline, tariff }),
    backTest: backTest === null ? null : backTestJson(backTest, o.utility),
    approval: await approvalOf(tx, version.approvalId),
    whyNotRequest: o.whyNotRequest === null ? null : refusalText(o.whyNotRequest),
    whyNotWithdraw: o.whyNotWithdraw === null ? null : refusalText(o.whyNotWithdraw),
  };
}

const mutable = (section: { readonly title: string; readonly sentences: readonly string[] }) => ({
  title: section.title,
  sentences: [...section.sentences],
});

async function changesOf(
  tx: Tx,
  tariffs: Tariffs,
  o: { readonly baseline: StoredVersion | null; readonly tariff: Tariff | null },
): Promise<TariffVersionDetail['changes']> {
  if (o.baseline === null || o.tariff === null) return null;
  const before = await tariffs.documentOf(tx, o.baseline.id);
  if (before === null) return null;
  const { gone, added } = compareTariffs(before, o.tariff);
  return {
    versionId: idFromUuid('tariff', o.baseline.id),
    version: o.baseline.version,
    gone: [...gone],
    added: [...added],
  };
}

export async function approvalOf(
  tx: Tx,
  approvalId: string | null,
): Promise<TariffVersionDetail['approval']> {
  if (approvalId === null) return null;
  const row = await tx
    .selectFrom('approvals')
    .select('state')
    .where('id', '=', approvalId)
    .executeTakeFirstOrThrow();
  return { approvalId: idFromUuid('approval', approvalId), state: row.state };
}

export function backTestJson(row: StoredBackTest, utility: Utility): BackTestJson {
  return {
    backTestId: idFromUuid('backTest', row.id),
    versionId: idFromUuid('tariff', row.versionId),
    months: row.months,
    fromDate: civilDateOf(row.fromAtMs, utility.zone),
    toDate: civilDateOf(row.toAtMs, utility.zone),
    requestedBy: row.requestedBy,
    requestedAt: isoOf(row.requestedAtMs),
    connectionsTotal: row.connectionsTotal,
    connectionsDone: row.connectionsDone,
    asks: row.asksBy !== null,
    summary: row.summary,
  };
}
