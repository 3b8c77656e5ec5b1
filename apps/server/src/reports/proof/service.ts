// Proof: checks the laws over all rows of a utility, range by range of buckets, and keeps what
// it found. It reads through the server's own role, so what it says holds for that utility alone. A
// failure is a finding on the operators' list, never a thrown error.

import { setTimeout as sleep } from 'node:timers/promises';
import type { ProofRun } from '@prewatt/api';
import { bucketCount, idFromUuid, isoOf, zonedAt } from '@prewatt/quantities';
import type { Database, Tx } from '../../base/database.ts';
import type { NewUuid } from '../../base/ids.ts';
import { enqueueJob, type Jobs } from '../../base/jobs.ts';
import type { Log } from '../../base/log.ts';
import type { Clocks } from '../../base/time.ts';
import type { Keys } from '../../money/keys/index.ts';
import type { Utility } from '../../registry/utilities/index.ts';
import { checkRule, type Tally } from './check-rule.ts';
import {
  type Baseline,
  type Compared,
  compareHistory,
  cutNow,
  judgeHistory,
  noHistory,
  plus,
} from './history.ts';
import {
  addTally,
  decisionsAreSealed,
  digitsCarryEnergy,
  digitsCarryTid,
  historyStands,
  lawsOf,
  referencesExist,
  wrongClocks,
} from './laws.ts';
import { readDecisions } from './read-decisions.ts';
import { readTokens } from './read-tokens.ts';
import { readReferences } from './references.ts';
import { type Range, rules } from './rules.ts';
import {
  bucketRanges,
  hasResult,
  insertResult,
  insertRun,
  isNightlyRun,
  lastBaseline,
  type RunRow,
  recordProgress,
  selectRuns,
} from './store.ts';
import { readWrongClocks } from './wrong-clocks.ts';

/** Local hour from which the nightly run of a civil day is due. */
const nightlyHour = 2;
/** One range is one transaction; its statements must stay far from the limit of 30 s. */
const connectionsPerRange = 1_000;
/**
 * The nightly run rests between ranges, by what the last one took: a server that missed its night
 * makes up for it while people buy. A run that a person asked for does not.
 */
const restsPerRange = 3;
const longestRestMs = 2_000;
const runsListed = 31;

export type Proof = {
  /** Asks for a run; the same request id again gets the first run. */
  readonly start: (
    utilityId: string,
    o: { readonly requestId: string; readonly requestedBy: string | null },
  ) => Promise<{ readonly runId: string }>;
  /** Asks for the nightly run of the utility's present civil day, once it is due. */
  readonly startNightly: (utility: Utility) => Promise<void>;
  /** The job. Doing it again changes nothing. */
  readonly run: (o: Jobs['runProof']) => Promise<void>;
  /** One run, or the newest ones. */
  readonly runs: (tx: Tx, utilityId: string, runId?: string) => Promise<ProofRun[]>;
};

export type ProofDeps = {
  readonly database: Database;
  readonly keys: Keys;
  /** 32 bytes; decisions of approvals are sealed under it. */
  readonly masterKey: Buffer;
  readonly clocks: Clocks;
  readonly newUuid: NewUuid;
  readonly log: Log;
};

export function createProof(o: ProofDeps): Proof {
  const nowMs = () => o.clocks.business.nowMs();
  const askedFor = new Map<string, string>();

  const start: Proof['start'] = (utilityId, request) =>
    o.database.inUtility(utilityId, async (tx) => {
      const { runId, isNew } = await insertRun(tx, {
        ...request,
        id: o.newUuid(),
        utilityId,
        atMs: nowMs(),
      });
      // Nights that nobody had time for need one run; what a person asked for is always done.
      const queue = `proof:${utilityId}`;
      const key = request.requestedBy === null ? { key: `${queue}:nightly` } : {};
      if (isNew) await enqueueJob(tx, 'runProof', { utilityId, runId }, { queue, ...key });
      return { runId };
    });

  return {
    start,

    startNightly: async (utility) => {
      const local = zonedAt(nowMs(), utility.zone);
      if (local.hour < nightlyHour) return;
      const requestId = `nightly:${local.toPlainDate()}`;
      if (askedFor.get(utility.id) === requestId) return;
      await start(utility.id, { requestId, requestedBy: null });
      askedFor.set(utility.id, requestId);
    },

    run: (job) => runProof(o, job),

    runs: async (tx, utilityId, runId) => {
      const rows = await selectRuns(tx, utilityId, {
        limit: runsListed,
        ...(runId === undefined ? {} : { runId }),
      });
      return rows.map(runJson);
    },
  };
}

/** Checks range by range, each in a transaction of its own, and keeps the result. */
async function runProof(o: ProofDeps, { utilityId, runId }: Jobs['runProof']): Promise<void> {
  const begun = await o.database.inUtility(utilityId, async (tx) => ({
    done: await hasResult(tx, runId),
    isNightly: await isNightlyRun(tx, runId),
    ranges: await bucketRanges(tx, utilityId, connectionsPerRange),
    last: await lastBaseline(tx, utilityId),
  }));
  if (begun.done) return;
  const startedAtMs = o.clocks.business.nowMs();
  const cut = await o.database.inUtility(utilityId, cutNow);
  const gathering = createGathering({ before: begun.last?.baseline ?? {}, cut }, o);
  let restMs = 0;
  for (const range of begun.ranges) {
    if (begun.isNightly) await sleep(restMs);
    const rangeStartedMs = performance.now();
    await o.database.inUtility(utilityId, async (tx) => {
      await gathering.add(tx, utilityId, { ...range, nowMs: startedAtMs });
      await recordProgress(tx, runId, range.toBucket + 1);
    });
    const tookMs = performance.now() - rangeStartedMs;
    restMs = Math.min(longestRestMs, restsPerRange * tookMs);
  }
  const { laws, baseline } = gathering.finish();
  const holds = laws.every((law) => law.holds);
  const times = { startedAtMs, finishedAtMs: o.clocks.business.nowMs() };
  const result = { runId, utilityId, ...times, holds, laws, baseline };
  await o.database.inUtility(utilityId, (tx) => insertResult(tx, result));
  for (const { law, failed } of laws.filter((each) => !each.holds)) {
    o.log.error({ utilityId, runId, law, failed }, 'a law does not hold');
  }
}

/**
 * Tallies of one run, range by range, and each table's history against the last run's. Without a
 * cut, a transaction is open for too long: the last run's baseline stays.
 */
function createGathering(
  { before, cut }: { readonly before: Baseline; readonly cut: string | null },
  o: Pick<ProofDeps, 'keys' | 'masterKey'>,
) {
  const tallies = new Map<string, Tally>();
  const histories = new Map<string, Compared>();
  const history = { before, cut: cut ?? '-1' };

  return {
    add: async (tx: Tx, utilityId: string, range: Range): Promise<void> => {
      for (const rule of rules) addTally(tallies, rule.name, await checkRule(tx, rule, range));
      const read = await readTokens(tx, range, await o.keys.keysOfMeters(tx, utilityId));
      addTally(tallies, digitsCarryEnergy.name, read.energy);
      addTally(tallies, digitsCarryTid.name, read.tid);
      addTally(tallies, referencesExist.name, await readReferences(tx, range));
      if (range.fromBucket === 0) {
        addTally(tallies, decisionsAreSealed.name, await readDecisions(tx, o.masterKey));
        addTally(tallies, wrongClocks.name, await readWrongClocks(tx));
      }
      for (const [table, { was, now }] of await compareHistory(tx, range, history)) {
        const sum = histories.get(table) ?? { was: noHistory, now: noHistory };
        histories.set(table, { was: plus(sum.was, was), now: plus(sum.now, now) });
      }
    },
    finish: () => {
      const { baseline, checked, broken } = judgeHistory(histories, history);
      addTally(tallies, historyStands.name, {
        checked,
        failed: BigInt(broken.length),
        findings: broken.map((detail) => ({ id: null, connectionId: null, saleId: null, detail })),
      });
      const laws = lawsOf(tallies);
      // Rows that break a law are not taken for history: whoever puts them right changes none.
      const moves = cut !== null && laws.every((law) => law.holds);
      return { laws, baseline: moves ? baseline : before };
    },
  };
}

function runJson(row: RunRow): ProofRun {
  const finished = row.finished_at !== null;
  return {
    runId: idFromUuid('proof', row.id),
    requestedAt: isoOf(row.requested_at),
    requestedBy: row.requested_by,
    state: finished ? 'finished' : row.has_later ? 'superseded' : 'underWay',
    percentDone: finished ? 100 : Math.floor((100 * row.buckets_done) / bucketCount),
    result:
      row.finished_at === null || row.started_at === null
        ? null
        : {
            startedAt: isoOf(row.started_at),
            finishedAt: isoOf(row.finished_at),
            holds: row.holds === true,
            laws: lawsJson((row.laws ?? []) as NonNullable<ProofRun['result']>['laws']),
          },
  };
}

/** Rows keep bare identifiers; the API names what they are. */
function lawsJson(laws: NonNullable<ProofRun['result']>['laws']): typeof laws {
  return laws.map((law) => ({
    ...law,
    rules: law.rules.map((rule) => ({
      ...rule,
      findings: rule.findings.map((finding) => ({
        ...finding,
        connectionId:
          finding.connectionId === null ? null : idFromUuid('connection', finding.connectionId),
        saleId: finding.saleId === null ? null : idFromUuid('sale', finding.saleId),
      })),
    })),
  }));
}
