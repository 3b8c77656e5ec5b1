// What the laws of feature-laws.ts need from the database, and whom a broken one concerns. All are
// looked at at the end, once nothing is under way.

import { sql } from 'kysely';
import {
  allowsWhatWasSaid,
  chargedIsCounted,
  cutWhenUsedUp,
  feesAreWhatWasKept,
  flaggedIsSentNone,
  formerTookWhatIsKnown,
  handComes,
  installIsTrue,
  leftGoesOver,
  limitedInOrder,
  limitHolds,
  lowIsTold,
  moneyIsWhatWasGiven,
  nothingGoesUncharged,
  phaseReadingsAddUp,
  phasesAreWhatFlowed,
  purchaseLifts,
  registerAt,
  restoredByWallet,
  same,
  supplyFollows,
  typedLimitHolds,
  undoneIsVoid,
} from './feature-laws.ts';
import { creditedOf, LawBroken } from './law-checks.ts';
import { noMoney, type Oddity, oddities } from './observed.ts';
import type { Town } from './town.ts';
import type { TownHome } from './utility.ts';
import type { WalletSeen } from './wallet-seen.ts';

/** How many laws were looked at. */
export async function checkFeatures(town: Town): Promise<number> {
  await checkOddities(town);
  await checkPhases(town);
  await checkMoney(town);
  await checkSettlements(town);
  await checkWallets(town);
  await checkLandingsTold(town);
  await checkExchanges(town);
  return 7;
}

const holds = (law: number, broken: string | null, home?: TownHome): void => {
  if (broken === null) return;
  const text = home === undefined ? broken : `${home.name}: ${broken}`;
  throw new LawBroken(law, text, home === undefined ? [] : [home.connectionId]);
};

type OfHome = { readonly connection_id: string };

const ofHome = <T extends OfHome>(rows: readonly T[], { connectionId }: TownHome): readonly T[] =>
  rows.filter((row) => row.connection_id === connectionId);

/**
 * Law 6: each time that somebody tampers with a meter, or a phase is lost, is an event of it; and
 * what was done to it stands on the list of meters, once until somebody has seen it.
 */
export async function checkOddities(town: Town): Promise<void> {
  const { rows } = await sql<OfHome & { what: Oddity; listed: boolean }>`
    SELECT connection_id, code AS what, true AS listed FROM prewatt.meter_alerts
    WHERE kind = 'tamper' AND ended_at IS NULL AND seen_at IS NULL
    UNION ALL SELECT m.connection_id, e.code, false FROM prewatt.meter_events e
    JOIN prewatt.meters m ON m.bucket = e.bucket AND m.id = e.meter_id
    WHERE e.code = ANY (${oddities})`.execute(town.owner.directories);
  for (const home of town.homes) {
    const all = town.customers.observed.oddities.filter((each) => each.home === home);
    const seen = all.map(({ what }) => what);
    const isListed = (what: Oddity): boolean => what !== 'phaseLost';
    const told = ofHome(rows, home);
    const events = told.filter(({ listed }) => !listed).map(({ what }) => what);
    holds(6, same('events of its meter', { seen, said: events }), home);
    const list = told.filter(({ listed }) => listed).map(({ what }) => what);
    const toList = [...new Set(seen.filter(isListed))];
    holds(6, same('on the list of meters', { seen: toList, said: list }), home);
  }
}

/** Law 3: what meters with three phases count, and what is read of them. */
export async function checkPhases(town: Town): Promise<void> {
  const { rows } = await sql<OfHome & { wh: bigint; phases: string[] }>`
    SELECT m.connection_id, min(r.value) FILTER (WHERE r.register = 1) AS wh,
      array_agg(r.value) FILTER (WHERE r.register IN (11, 12, 13)) AS phases
    FROM prewatt.readings r JOIN prewatt.meters m ON m.bucket = r.bucket AND m.id = r.meter_id
    GROUP BY m.connection_id, r.meter_id, r.read_at
    HAVING bool_or(r.register IN (11, 12, 13))`.execute(town.owner.directories);
  for (const home of town.homes) {
    const { phases, importMilliWh } = home.meter;
    if (phases === null) continue;
    const flowedMilliWh = town.customers.observed.phaseMilliWh.get(home) ?? [0, 0, 0];
    const phasesMilliWh = phases.importMilliWh;
    holds(3, phasesAreWhatFlowed({ importMilliWh, phasesMilliWh, flowedMilliWh }), home);
    const read = ofHome(rows, home);
    if (read.length === 0 && town.tick() > 4 * 24) holds(3, 'its phases were never read', home);
    for (const { wh, phases: phasesWh } of read) {
      holds(3, phaseReadingsAddUp({ importWh: wh, phasesWh: phasesWh.map(BigInt) }), home);
    }
  }
}

/** Law 2: what came of people's money, and of credit notes, home by home. */
export async function checkMoney(town: Town): Promise<void> {
  const { notesBeyondPaid, money } = town.customers.observed;
  if (notesBeyondPaid > 0) holds(2, 'a credit note was given beyond what was paid');
  const { rows } = await sql<OfHome & { kind: string; minor: bigint }>`
    SELECT p.connection_id, t.debit_kind AS kind, sum(t.amount_minor)::bigint AS minor
    FROM prewatt.postings p, unnest(p.debit_kinds, p.credit_kinds, p.amounts_minor)
      AS t (debit_kind, credit_kind, amount_minor)
    WHERE t.credit_kind = 'customerPrepaid'
      AND t.debit_kind IN ('providerClearing', 'vendorFloat', 'creditNotes')
    GROUP BY p.connection_id, t.debit_kind`.execute(town.owner.directories);
  for (const home of town.homes) {
    const sums = new Map(ofHome(rows, home).map(({ kind, minor }) => [kind, minor]));
    const posted = {
      providerClearing: sums.get('providerClearing') ?? 0n,
      vendorFloat: sums.get('vendorFloat') ?? 0n,
      creditNotes: sums.get('creditNotes') ?? 0n,
    };
    holds(2, moneyIsWhatWasGiven(money.get(home) ?? noMoney, posted), home);
  }
}

/**
 * Law 6: what is wrong with the provider's files is on the list of differences, and no more. Law 1:
 * what they say that it kept is in the ledger, once.
 */
export async function checkSettlements(town: Town): Promise<void> {
  const { rows } = await sql<{ what: string }>`
    SELECT d.what || ' ' || d.reference AS what FROM prewatt.reconciliation_differences d
    WHERE (SELECT n.state FROM prewatt.reconciliation_notes n WHERE n.difference_id = d.id
      ORDER BY n.ordinal DESC LIMIT 1) IS DISTINCT FROM 'closed'`.execute(town.owner.directories);
  const said = rows.map(({ what }) => what);
  const seen = town.customers.observed.differences;
  holds(6, same('differences of settlements', { seen, said }));
  const kept = await sql<{ minor: bigint }>`SELECT coalesce(sum(CASE 'providerFees'
      WHEN t.debit_kind THEN t.amount_minor WHEN t.credit_kind THEN -t.amount_minor END), 0)::bigint
      AS minor FROM prewatt.transfers t`.execute(town.owner.directories);
  const toldMinor = town.customers.observed.providerFeesMinor;
  holds(1, feesAreWhatWasKept(toldMinor, kept.rows[0]?.minor ?? 0n));
}

/**
 * Law 7, at each tick: a wallet that is used up is off, unless a rule keeps it on, and on again by
 * money alone.
 */
export function checkWalletSupply(town: Town): void {
  for (const [home, seen] of town.customers.observed.wallets) {
    holds(7, cutWhenUsedUp(seen), home);
    holds(7, restoredByWallet(seen), home);
  }
}

/**
 * Law 7, at each tick: power is limited as the rules say, and a switch that waits for a hand gets
 * one. What was looked at is let go.
 */
export function checkLandings(town: Town): void {
  const { landings, waiting } = town.customers.observed;
  for (const seen of landings) {
    const steps = seen.home.config.protection.softLanding;
    holds(7, limitedInOrder(steps, seen), seen.home);
    holds(7, limitHolds(steps, seen), seen.home);
  }
  landings.length = 0;
  for (const [home, sinceMs] of waiting) holds(7, handComes(sinceMs, town.nowMs()), home);
}

/**
 * Laws 6 and 7 of homes without a link: their limit tokens do what was said, a purchase lifts them,
 * nobody is limited who may not be, and operators see the limits that people were sent.
 */
export async function checkTokenLandings(town: Town, liftW: number): Promise<void> {
  const { rows } = await sql<OfHome & { what: string }>`
    SELECT connection_id, power_w::text AS what FROM prewatt.landing_tokens ORDER BY id`.execute(
    town.owner.directories,
  );
  for (const home of town.homes) {
    const { landings, steps, purchases } = town.customers.observed.tokenLandings.of(home);
    for (const landing of landings) holds(7, allowsWhatWasSaid(landing), home);
    for (const step of steps) holds(7, typedLimitHolds(step), home);
    for (const purchase of purchases) holds(7, purchaseLifts(purchase, liftW), home);
    const { isVulnerable } = home;
    holds(7, flaggedIsSentNone({ isVulnerable, sent: landings.length }), home);
    const seen = landings.map(({ saidW }) => `${saidW}`);
    const said = ofHome(rows, home).map(({ what }) => what);
    holds(6, same('limits by token', { seen, said }), home);
  }
}

/** Law 8: who comes to the steps of the soft landing was told that credit ends. */
async function checkLandingsTold(town: Town): Promise<void> {
  const { landingSpells } = town.customers.observed;
  if (landingSpells.length === 0) return;
  const told = await toldLow(town);
  for (const spell of landingSpells) {
    const toldAtMs = ofHome(told, spell.home).map(({ at }) => at);
    holds(8, lowIsTold(spell, toldAtMs, 'credit'), spell.home);
  }
}

/** When each home was told that credit or money ends. */
async function toldLow(town: Town): Promise<readonly (OfHome & { readonly at: number })[]> {
  const { rows } = await sql<OfHome & { at: number }>`
    SELECT connection_id, created_at AS at FROM prewatt.messages
    WHERE kind IN ('creditLow', 'endsInTwoDays', 'endsInHalfDay', 'endsAtPresentUse')
  `.execute(town.owner.directories);
  return rows;
}

type WalletRow = OfHome & {
  readonly supply: WalletSeen['supply'];
  readonly balance: bigint;
};
type RatedRow = OfHome & {
  readonly starts_at: number;
  readonly ends_at: number;
  readonly wh: bigint;
};

/** Laws 2, 7 and 8 of homes in wallet mode: charged for what was used, told, and switched. */
export async function checkWallets(town: Town): Promise<void> {
  const { directories } = town.owner;
  const { observed } = town.customers;
  const wallets = await sql<WalletRow>`
    SELECT w.connection_id, w.supply, c.prepaid_minor AS balance FROM prewatt.wallets w
    JOIN prewatt.connections c ON c.bucket = w.bucket AND c.id = w.connection_id
    WHERE w.since_at IS NOT NULL AND c.credit_mode = 'wallet'`.execute(directories);
  const rated = await sql<RatedRow>`
    SELECT r.connection_id, r.starts_at, r.ends_at, r.energy_wh AS wh FROM prewatt.ratings r
    WHERE NOT EXISTS (SELECT FROM prewatt.ratings n WHERE n.bucket = r.bucket
      AND n.replaces_id = r.id) ORDER BY r.starts_at`.execute(directories);
  const told = await toldLow(town);
  for (const home of town.homes) {
    const registers = observed.registers.get(home);
    if (registers === undefined) continue;
    const ratings = ofHome(rated.rows, home);
    const chargedWh = ratings.reduce((total, { wh }) => total + wh, 0n);
    const spans = ratings.map((each) => ({ fromMs: each.starts_at, untilMs: each.ends_at }));
    const charged = { chargedWh, spans: joined(spans), registers };
    holds(2, chargedIsCounted(charged), home);
    holds(2, nothingGoesUncharged(charged), home);
    const [wallet] = ofHome(wallets.rows, home);
    if (wallet === undefined) continue;
    const isConnected = home.meter.loadSwitch === 'connected';
    const { supply, balance: balanceMinor } = wallet;
    holds(7, supplyFollows({ supply, balanceMinor, isConnected }), home);
  }
  for (const spell of observed.lowSpells) {
    const toldAtMs = ofHome(told, spell.home).map(({ at }) => at);
    holds(8, lowIsTold(spell, toldAtMs), spell.home);
  }
}

type Span = { readonly fromMs: number; readonly untilMs: number };

/** Spans that follow each other without a gap are one. */
function joined(spans: readonly Span[]): readonly Span[] {
  const all: Span[] = [];
  for (const span of spans) {
    const last = all.at(-1);
    if (last === undefined || last.untilMs < span.fromMs) all.push(span);
    else
      all[all.length - 1] = { fromMs: last.fromMs, untilMs: Math.max(last.untilMs, span.untilMs) };
  }
  return all;
}

/** Law 3 of exchanged meters: nothing is lost, given twice, or undone that a meter took. */
export async function checkExchanges(town: Town): Promise<void> {
  const { exchanges, accepted } = town.customers.observed;
  if (exchanges.length === 0) return;
  const given = await sql<{ meter_id: string; accepted: bigint; replaced: bigint }>`
    SELECT t.meter_id, coalesce(sum(t.energy_wh) FILTER (WHERE t.state = 'accepted'), 0)::bigint
        AS accepted,
      coalesce(sum(t.energy_wh) FILTER (WHERE g.kind = 'replacement'), 0)::bigint AS replaced
    FROM prewatt.tokens t LEFT JOIN prewatt.grants g ON g.bucket = t.bucket AND g.id = t.grant_id
    GROUP BY t.meter_id`.execute(town.owner.directories);
  const undone = await sql<OfHome & { meterPan: string; tid: number }>`
    SELECT t.connection_id, m.meter_pan AS "meterPan", t.tid FROM prewatt.tokens t
    JOIN prewatt.meters m ON m.bucket = t.bucket AND m.id = t.meter_id
    JOIN prewatt.sales s ON s.bucket = t.bucket AND s.id = t.sale_id
    WHERE s.state = 'reversed' AND t.tid IS NOT NULL`.execute(town.owner.directories);
  for (const { home, leftWh } of exchanges) {
    const of = (meterId: string) => given.rows.find((row) => row.meter_id === meterId);
    holds(3, leftGoesOver({ leftWh, givenWh: Number(of(home.meterId)?.replaced ?? 0n) }), home);
    for (const old of home.former) {
      const creditedWh = creditedOf(old).wh;
      const acceptedWh = of(old.meterId)?.accepted ?? 0n;
      holds(3, formerTookWhatIsKnown({ creditedWh, acceptedWh }), home);
    }
    const tokens = ofHome(undone.rows, home).map(({ meterPan, tid }) => ({ meterPan, tid }));
    holds(3, undoneIsVoid({ tokens, accepted }), home);
  }
}

type JobRow = OfHome & {
  readonly state: string;
  readonly opened_at: number;
  readonly state_at: number;
  readonly open_steps: string[];
  readonly start_wh: string | null;
};

/** Law 6: a closed install job rests on what its meter did. */
export async function checkInstalls(town: Town): Promise<void> {
  const { rows } = await sql<JobRow>`
    SELECT j.connection_id, j.state, j.opened_at, j.state_at,
      ARRAY(SELECT l.step FROM (SELECT DISTINCT ON (e.step) e.step, e.what
        FROM prewatt.install_events e WHERE e.bucket = j.bucket AND e.job_id = j.id
          AND e.step IS NOT NULL ORDER BY e.step, e.ordinal DESC) l
        WHERE l.what <> 'passed') AS open_steps,
      (SELECT e.evidence->>'importEnergyWh' FROM prewatt.install_events e
        WHERE e.bucket = j.bucket AND e.job_id = j.id AND e.step = 'startReading'
        ORDER BY e.ordinal DESC LIMIT 1) AS start_wh
    FROM prewatt.install_jobs j`.execute(town.owner.directories);
  const { observed } = town.customers;
  for (const home of town.homes) {
    if (home.traits.installAtHour === undefined) continue;
    const [job] = ofHome(rows, home);
    if (job?.state !== 'closed') continue;
    const [openedAtMs, closedAtMs] = [job.opened_at, job.state_at];
    const at = (list: readonly { readonly home: TownHome; readonly atMs: number }[]) =>
      list.filter((each) => each.home === home);
    const registers = observed.registers.get(home) ?? [];
    const { before: firstMilliWh } = registerAt(registers, openedAtMs);
    const { after: lastMilliWh } = registerAt(registers, closedAtMs);
    const told = {
      ...{ openedAtMs, closedAtMs, openSteps: job.open_steps },
      startReadingWh: job.start_wh === null ? null : Number(job.start_wh),
      tests: at(observed.tests),
      openings: at(observed.switchOpenings),
      closings: at(observed.closings),
      registerWh: [Math.floor(firstMilliWh / 1_000), Math.ceil(lastMilliWh / 1_000)] as const,
    };
    holds(6, installIsTrue(told), home);
  }
}
