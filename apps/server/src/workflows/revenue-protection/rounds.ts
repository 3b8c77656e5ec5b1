// The daily round: node by node the balance and the ranking of its homes, then homes that are on no
// node, then where those may be. Some work at each sweep; where it has come to stands in the
// database, and a step that two processes did is written once.

import { type Model, shippedModel } from '@prewatt/revenue-protection';
import { sql } from 'kysely';
import { createCooperativeYield } from '../../base/cooperative-yield.ts';
import type { Database, Tx } from '../../base/database.ts';
import type { NewUuid } from '../../base/ids.ts';
import type { ConnectionPlace } from '../../registry/connections/index.ts';
import type { Utility } from '../../registry/utilities/index.ts';
import {
  halfHoursPerDay,
  type NetworkThen,
  networkThen,
  readingsOfHomes,
  unplacedHomes,
} from './areas.ts';
import { type DoubtfulHome, doubtfulHomes, doubtsAt, nodesInDoubt } from './doubts.ts';
import {
  lookedFor,
  lookFor,
  residualsOf,
  saveSuggestion,
  saveVoltageSuggestion,
  suggestionFor,
} from './findings.ts';
import { townMoneyOf } from './home-facts.ts';
import { judgeInDoubt } from './judge-in-doubt.ts';
import { type JudgedArea, judgeArea } from './rank.ts';
import { boundsOf, knownIn, type ReadNode, readNode, togetherAlone } from './read-node.ts';
import { daysSince, spanBefore, todayOf } from './span.ts';
import {
  type Advance,
  advanceRound,
  beginRound,
  firstReadAt,
  newestRound,
  type PlacedLine,
  type Round,
  saveBalance,
  saveLines,
} from './store.ts';
import { voltageSuggestions } from './voltage.ts';

export type RoundDeps = {
  readonly database: Database;
  readonly newUuid: NewUuid;
  readonly nowMs: () => number;
  readonly realNowMs: () => number;
};

/** Rows of one kind that go at once. */
const mostDropped = 20_000;
const dropOldReadings = (tx: Tx) =>
  sql`SELECT prewatt.drop_old_network_readings(${mostDropped}::integer)`.execute(tx);

/** Yesterday's readings have come by then. */
const firstHour = 3;
/** Real time of one sweep, so that other work of the same kind is not held up. */
const sweepMs = 300;
const mostSteps = 50;
const placingDays = 28;

export function createRevenueRounds(o: RoundDeps) {
  let model: Model | null = null;
  const modelOf = (): Model => {
    model ??= shippedModel();
    return model;
  };
  return {
    /** Goes on with the round of the day for a moment. */
    sweep: async (utility: Utility, ending?: AbortSignal): Promise<void> => {
      const startedMs = o.realNowMs();
      const giveWay = createCooperativeYield();
      for (let step = 0; step < mostSteps; step += 1) {
        if (ending?.aborted === true || o.realNowMs() - startedMs > sweepMs) return;
        const round = await roundToWorkOn(o, utility);
        if (round === null) {
          if (step === 0) await o.database.inUtility(utility.id, dropOldReadings);
          return;
        }
        await takeStep(o, { utility, round, model: modelOf() });
        await giveWay();
      }
    },
  };
}

async function roundToWorkOn(o: RoundDeps, utility: Utility): Promise<Round | null> {
  const nowMs = o.nowMs();
  const { day, hour } = todayOf(nowMs, utility.zone);
  return o.database.inUtility(utility.id, async (tx) => {
    const newest = await newestRound(tx, utility.id);
    if (newest !== null && newest.stage !== 'done') return newest;
    if (hour < firstHour || newest?.day === day) return null;
    const spanDays = daysSince(await firstReadAt(tx, utility.id), day, utility.zone);
    const span = spanBefore(day, utility.zone, spanDays);
    const money = await townMoneyOf(tx, utility.id, boundsOf(span));
    await beginRound(tx, { id: o.newUuid(), utilityId: utility.id, day, spanDays, money, nowMs });
    const begun = await newestRound(tx, utility.id);
    return begun === null || begun.stage === 'done' ? null : begun;
  });
}

type Step = { readonly utility: Utility; readonly round: Round; readonly model: Model };

async function takeStep(o: RoundDeps, step: Step): Promise<void> {
  switch (step.round.stage) {
    case 'nodes':
      return takeNode(o, step);
    case 'unplaced':
      return takeUnplaced(o, step);
    case 'placing':
      return takePlacing(o, step);
    case 'doubts':
      return takeDoubts(o, step);
    case 'done':
      return;
  }
}

const advance = (round: Round, to: Partial<Advance>): Advance => ({
  ...{ stage: round.stage, afterCode: round.afterCode, after: round.after, homes: 0 },
  ...to,
});
const fromTheFirst = { bucket: -1, connectionId: '00000000-0000-0000-0000-000000000000' };

/** What is read in one transaction is judged outside of it and written in another. */
async function takeNode(o: RoundDeps, { utility, round, model }: Step): Promise<void> {
  const { database } = o;
  const span = spanBefore(round.day, utility.zone, round.spanDays);
  const read = await database.inUtility(utility.id, async (tx) => {
    const network = await networkThen(tx, utility.id, span);
    const node = network.nodes.find(({ code }) => isAfter(code, round.afterCode));
    if (node === undefined) return null;
    const voltageSpan = spanBefore(round.day, utility.zone, placingDays);
    const elsewhere = await voltageSuggestions(tx, {
      ...{ utilityId: utility.id, node, network, span: voltageSpan },
    });
    const all = await readNode(tx, { node, network, round, span });
    const doubtful = await doubtfulHomes(tx, utility.id, span);
    const about = { read: all, network, doubtful, utilityId: utility.id, span };
    return { ...all, elsewhere, doubts: await doubtsAt(tx, about) };
  });
  if (read === null) {
    const to = advance(round, { stage: 'unplaced', after: fromTheFirst });
    await database.inUtility(utility.id, (tx) =>
      advanceRound(tx, round, { ...to, nowMs: o.nowMs() }),
    );
    return;
  }
  const judged = judgedParts(read, { model, round });
  const balance = read.balance ?? judged[0]?.balance ?? null;
  await database.inUtility(utility.id, async (tx) => {
    const homes = judged.reduce((sum, { lines }) => sum + lines.length, 0);
    const to = advance(round, { afterCode: read.node.code, homes });
    if (!(await advanceRound(tx, round, { ...to, nowMs: o.nowMs() }))) return;
    if (balance !== null) {
      const there = { nodeId: read.node.id, homes: read.homes.length, bought: read.bought };
      await saveBalance(tx, { round, span, balance, ...there });
    }
    await saveLines(tx, { round, span, lines: linesOf(judged, read.homes) });
    for (const suggestion of read.elsewhere) {
      await saveVoltageSuggestion(tx, { suggestion, nowMs: o.nowMs() });
    }
    for (const connectionId of judged.flatMap(({ elsewhere }) => elsewhere)) {
      const home = read.homes.find(({ place }) => place.connectionId === connectionId);
      if (home === undefined) continue;
      await lookFor(tx, { place: home.place, nodeId: home.nodeId, nowMs: o.nowMs() });
    }
  });
}

/** As `ORDER BY code COLLATE "C"`, for the codes that people write. */
const isAfter = (code: string, before: string): boolean =>
  Buffer.from(code).compare(Buffer.from(before)) > 0;

type Located = { readonly place: ConnectionPlace; readonly nodeId: string | null };

function linesOf(judged: readonly JudgedArea[], homes: readonly Located[]): PlacedLine[] {
  const byId = new Map(homes.map((home) => [home.place.connectionId, home]));
  return judged.flatMap(({ lines }) =>
    lines.flatMap((line) => {
      const home = byId.get(line.connectionId);
      return home === undefined ? [] : [{ place: home.place, nodeId: home.nodeId, line }];
    }),
  );
}

async function takeUnplaced(o: RoundDeps, { utility, round, model }: Step): Promise<void> {
  const { database } = o;
  const span = spanBefore(round.day, utility.zone, round.spanDays);
  const read = await database.inUtility(utility.id, async (tx) => {
    const asked = { utilityId: utility.id, after: round.after, count: togetherAlone };
    const homes = await unplacedHomes(tx, asked);
    const readings = await readingsOfHomes(tx, homes, span);
    const area = { areaId: '', intervalsPerDay: halfHoursPerDay, feederWh: null, homes: readings };
    return { homes, area, known: await knownIn(tx, { round, span, homes, part: area }) };
  });
  const { homes, area, known } = read;
  const last = homes.at(-1)?.place;
  const ranked = new Map(homes.map(({ place }) => [place.connectionId, { daysHere: null }]));
  const { pricePerKwhMinor } = round;
  const judged =
    homes.length === 0 ? [] : [judgeArea({ area, ranked, known, model, pricePerKwhMinor })];
  await database.inUtility(utility.id, async (tx) => {
    const to =
      homes.length < togetherAlone || last === undefined
        ? advance(round, { stage: 'placing', after: fromTheFirst, homes: homes.length })
        : advance(round, { after: last, homes: homes.length });
    if (!(await advanceRound(tx, round, { ...to, nowMs: o.nowMs() }))) return;
    const located = homes.map(({ place }) => ({ place, nodeId: null }));
    await saveLines(tx, { round, span, lines: linesOf(judged, located) });
  });
}

async function takePlacing(o: RoundDeps, { utility, round }: Step): Promise<void> {
  const { database } = o;
  const days = Math.min(placingDays, round.spanDays);
  const span = spanBefore(round.day, utility.zone, days);
  await database.inUtility(utility.id, async (tx) => {
    const asked = { utilityId: utility.id, after: round.after, count: togetherAlone };
    const homes = await lookedFor(tx, asked);
    const last = homes.at(-1)?.place;
    const to =
      homes.length < togetherAlone || last === undefined
        ? advance(round, { stage: 'doubts', afterCode: '' })
        : advance(round, { after: last });
    if (!(await advanceRound(tx, round, { ...to, nowMs: o.nowMs() }))) return;
    if (homes.length === 0) return;
    const residuals = await residualsOf(tx, { utilityId: utility.id, span });
    const readings = await readingsOfHomes(tx, homes, span);
    const giveWay = createCooperativeYield();
    for (const [i, { place, presentNodeId }] of homes.entries()) {
      const home = readings[i];
      if (home === undefined) continue;
      const fit = suggestionFor(home, residuals);
      if (fit !== null && fit.areaId !== presentNodeId) {
        await saveSuggestion(tx, { place, fit, presentNodeId, nowMs: o.nowMs() });
      }
      await giveWay();
    }
  });
}

type InDoubt = ReadNode & { readonly doubts: Awaited<ReturnType<typeof doubtsAt>> };

function judgedParts(
  { parts, node, doubts }: InDoubt,
  { model, round }: Pick<Step, 'model' | 'round'>,
): readonly JudgedArea[] {
  return parts.map((part) => {
    const asked = { ...part, model, pricePerKwhMinor: round.pricePerKwhMinor };
    return doubts === null ? judgeArea(asked) : judgeInDoubt({ ...asked, code: node.code }, doubts);
  });
}

/** Nodes at which a place is in doubt are judged again once all suggestions of the day are in. */
async function takeDoubts(o: RoundDeps, { utility, round, model }: Step): Promise<void> {
  const { database } = o;
  const span = spanBefore(round.day, utility.zone, round.spanDays);
  const read = await database.inUtility(utility.id, async (tx) => {
    const doubtful = await doubtfulHomes(tx, utility.id, span);
    if (doubtful.length === 0) return null;
    const network = await networkThen(tx, utility.id, span);
    const node = nextInDoubt(network, doubtful, round.afterCode);
    if (node === undefined) return null;
    const all = await readNode(tx, { node, network, round, span });
    const about = { read: all, network, doubtful, utilityId: utility.id, span };
    return { ...all, doubts: await doubtsAt(tx, about) };
  });
  const judged = read === null || read.doubts === null ? [] : judgedParts(read, { model, round });
  await database.inUtility(utility.id, async (tx) => {
    const to = read === null ? { stage: 'done' as const } : { afterCode: read.node.code };
    if (!(await advanceRound(tx, round, { ...advance(round, to), nowMs: o.nowMs() }))) return;
    if (read !== null) await saveLines(tx, { round, span, lines: linesOf(judged, read.homes) });
  });
}

function nextInDoubt(network: NetworkThen, doubtful: readonly DoubtfulHome[], afterCode: string) {
  const inDoubt = new Set(doubtful.flatMap((home) => [...nodesInDoubt(network, home)]));
  return network.nodes.find(
    ({ id, code, isMetered }) => isMetered && inDoubt.has(id) && isAfter(code, afterCode),
  );
}
