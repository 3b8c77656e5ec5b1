// The supply forecast of one connection, from its readings, its credit, the rules and the prices
// to come.

import {
  type Forecast,
  forecastDepletion,
  forecastMoney,
  type MayDisconnect,
  mayDisconnect,
  type Pricing,
  soonestOf,
  type UsageInterval,
} from '@prewatt/protection';
import { civilDateOf, zonedAt } from '@prewatt/quantities';
import {
  meterPartOf,
  positionFromJson,
  priceAhead,
  startPosition,
  type Tariff,
  type TariffPosition,
} from '@prewatt/tariff';
import type { TariffInForce } from '@prewatt/vending-rules';
import { z } from 'zod';
import { type Tx, together } from '../../base/database.ts';
import { statementOfRows } from '../../base/rows.ts';
import { heardByMeters, supplyHomes } from '../../metering/protection/index.ts';
import { usageHistories } from '../../metering/readings/index.ts';
import type { Tariffs } from '../../money/tariffs/index.ts';
import type { Connection } from '../../registry/connections/index.ts';
import type { Utility } from '../../registry/utilities/index.ts';
import { loadWallet, moneyLeftOf, notCharged } from '../wallet/index.ts';
import {
  graceOf,
  type Known,
  type Money,
  microPerMinor,
  momentOf,
  type Promised,
  promiseFrom,
} from './promises.ts';
import { widthsOf } from './ranges.ts';

export type SupplyForecast = {
  /** Null without enough history, or without credit that is known. */
  readonly forecast: Forecast | null;
  /** For now, or for the expected end when that is near; null when supply may be cut. */
  readonly promise: Promised | null;
  /** While grace after conversion keeps supply on: when it ends. */
  readonly graceUntilMs: number | null;
  /** What is left; null where nobody knows. */
  readonly left: { readonly energyWh: bigint } | { readonly minor: bigint } | null;
  /** When that was so; null where nobody knows. */
  readonly asOfMs: number | null;
  /** The switch is open, or waits for a person. */
  readonly isOff: boolean;
  /** Whether supply may be cut at an instant, by what is known today. */
  readonly mayCutAt: (atMs: number) => MayDisconnect;
};

export type SupplyForecastDeps = { readonly tariffs: Pick<Tariffs, 'inForce'> };
type Question = {
  readonly utility: Utility;
  readonly connection: Connection;
  readonly nowMs: number;
  /** Energy left at that moment, when it is known better than from the meter's last state. */
  readonly availableEnergyWh?: bigint;
};

/** An end of credit further ahead is no matter of tonight. */
const nearMs = 36 * 3_600_000;
/** Less is none of the customer’s own. */
const leastOwnWh = 10n;
/** A report of power that is older says nothing about this moment. */
const powerHoldsMs = 15 * 60_000;
export const isPowerOfNow = (capturedAtMs: number, nowMs: number): boolean =>
  Math.abs(nowMs - capturedAtMs) <= powerHoldsMs;

export async function supplyForecastOf(
  tx: Tx,
  deps: SupplyForecastDeps,
  o: Question,
): Promise<SupplyForecast> {
  const [outlook] = await outlooksOf(tx, deps, [o]);
  if (outlook === undefined) throw new Error('an outlook was asked for and not given');
  return outlook;
}

/** When credit is likely to end, for who asks for no promise. */
export async function forecastOf(
  tx: Tx,
  deps: SupplyForecastDeps,
  o: Question,
): Promise<Forecast | null> {
  const { connection, nowMs, utility } = o;
  const { zone } = utility;
  const [widths, [history = []], states] = await together(
    widthsOf(tx, utility.id),
    usageHistories(tx, [{ place: meterOf(o), nowMs, zone }]),
    statesOf(tx, [o]),
  );
  const state = states.get(connection.meter.meterId);
  return forecastFrom(await creditOf(tx, deps, { ...o, history, widths, state }), o);
}

/** Of many connections of one utility; what they have in common is read together. */
export async function outlooksOf(
  tx: Tx,
  deps: SupplyForecastDeps,
  asked: readonly Question[],
): Promise<readonly SupplyForecast[]> {
  const known = await knownOfMany(tx, deps, asked);
  return known.map((each) => outlookFrom(each.known, each.question));
}

function outlookFrom(known: Known, o: Question): SupplyForecast {
  const forecast = forecastFrom(known, o);
  const { money, availableEnergyWh, asOfMs, isOff } = known;
  const energy = availableEnergyWh === null ? null : { energyWh: availableEnergyWh };
  return {
    ...{ forecast, asOfMs, isOff },
    promise: promiseOf(known, o, forecast),
    graceUntilMs: graceOf(known, o),
    left: money === null ? energy : { minor: money.saidMicro / microPerMinor },
    mayCutAt: (atMs) => mayDisconnect(o.utility.protectionRules, { ...momentOf(known, o), atMs }),
  };
}

function promiseOf(known: Known, o: Question, forecast: Forecast | null): Promised | null {
  // A meter that is off for want of credit stays so when protected hours begin; a wallet's supply
  // comes back then, by command.
  if (known.hasCredit === false && known.isOff && o.connection.creditMode === 'token') {
    return null;
  }
  if (known.hasCredit === false) return promiseFrom(known, { ...o, atMs: o.nowMs });
  const isNear =
    forecast !== null && known.hasCredit === true && soonestOf(forecast) - o.nowMs <= nearMs;
  return isNear ? promiseAhead(known, o, forecast) : null;
}

/**
 * The promise for credit that is about to end: it must hold for the soonest end that is likely, and
 * for each one up to the expected one. Where supply may be cut at one of them, nothing is promised.
 */
function promiseAhead(known: Known, o: Question, forecast: Forecast): Promised | null {
  const { expectedAtMs, atPresentUseMs } = forecast;
  const soonest = promiseFrom(known, { ...o, atMs: soonestOf(forecast) });
  if (soonest === null) return null;
  if (soonest.untilMs !== null && soonest.untilMs < expectedAtMs) return null;
  const startsAtMs = Math.min(expectedAtMs, atPresentUseMs ?? expectedAtMs);
  const told = promiseFrom(known, { ...o, atMs: startsAtMs });
  return told && { ...told, untilMs: soonest.untilMs };
}

/** The promises at the moments at which credit ended, for the messages that say so. */
export async function promisesAt(
  tx: Tx,
  deps: SupplyForecastDeps,
  asked: readonly Question[],
): Promise<readonly (Promised | null)[]> {
  const known = await knownOfMany(tx, deps, asked);
  return known.map((each) =>
    promiseFrom(each.known, { ...each.question, atMs: each.question.nowMs }),
  );
}

type Seen = Pick<Known, 'history' | 'home' | 'widths' | 'heard'> & {
  readonly state: StateRow | undefined;
};

async function knownOfMany(
  tx: Tx,
  deps: SupplyForecastDeps,
  asked: readonly Question[],
): Promise<readonly { readonly question: Question; readonly known: Known }[]> {
  const [first] = asked;
  if (first === undefined) return [];
  const date = civilDateOf(first.nowMs, first.utility.zone);
  const [widths, histories, homes, states, heard] = await together(
    widthsOf(tx, first.utility.id),
    usageHistories(
      tx,
      asked.map(({ connection, nowMs, utility: { zone } }) => ({
        place: { bucket: connection.bucket, meterId: connection.meter.meterId },
        ...{ nowMs, zone },
      })),
    ),
    supplyHomes(
      tx,
      asked.map(({ connection, nowMs, utility }) => ({
        place: connection,
        date: civilDateOf(nowMs, utility.zone),
      })),
    ),
    statesOf(tx, asked),
    heardByMeters(tx, asked.map(meterOf), { rules: first.utility.protectionRules, date }),
  );
  const all: { question: Question; known: Known }[] = [];
  for (const [i, question] of asked.entries()) {
    const [history, home] = [histories[i], homes[i]];
    if (history === undefined || home === undefined) throw new Error('a home was left out');
    const state = states.get(question.connection.meter.meterId);
    const seen = {
      ...{ history, home, widths },
      heard: heard.get(question.connection.meter.meterId) ?? ('nothing' as const),
    };
    all.push({ question, known: await knownOf(tx, deps, { ...question, ...seen, state }) });
  }
  return all;
}

const meterOf = ({ connection }: Question) => ({
  bucket: connection.bucket,
  meterId: connection.meter.meterId,
});

type StateRow = {
  readonly meter_id: string;
  readonly available_energy_wh: bigint;
  readonly owed_energy_wh: bigint;
  readonly credit_status: 'inCredit' | 'lowCredit' | 'outOfCredit';
  readonly power_w: bigint;
  readonly load_switch: 'connected' | 'disconnected' | 'readyForReconnection';
  readonly captured_at: number;
  readonly report: unknown;
};
const meterColumns = { bucket: 'smallint', meter_id: 'uuid' } as const;
const selectStates = statementOfRows<typeof meterColumns, StateRow>(
  meterColumns,
  (
    recordset,
  ) => `SELECT s.meter_id, s.available_energy_wh, s.owed_energy_wh, s.credit_status, s.power_w,
      s.load_switch, s.captured_at, s.report
    FROM ${recordset('r')}
    JOIN meter_states s ON s.bucket = r.bucket AND s.meter_id = r.meter_id`,
);

async function statesOf(
  tx: Tx,
  asked: readonly Question[],
): Promise<ReadonlyMap<string, StateRow>> {
  if (asked.length === 0) return new Map();
  const rows = await selectStates(
    tx,
    asked.map(({ connection }) => ({
      bucket: connection.bucket,
      meter_id: connection.meter.meterId,
    })),
  );
  return new Map(rows.map((row) => [row.meter_id, row]));
}

async function knownOf(tx: Tx, deps: SupplyForecastDeps, o: Question & Seen): Promise<Known> {
  const { home, heard } = o;
  return { ...(await creditOf(tx, deps, o)), home, heard };
}

/** What is known of use and credit, without the rules. */
type KnownCredit = Omit<Known, 'home' | 'heard'>;

async function creditOf(
  tx: Tx,
  deps: SupplyForecastDeps,
  o: Question & Omit<Seen, 'home' | 'heard'>,
): Promise<KnownCredit> {
  const { connection, nowMs, history, widths, state } = o;
  const isFresh = state !== undefined && isPowerOfNow(state.captured_at, nowMs);
  const powerW = isFresh ? Number(state.power_w) : null;
  const isOff = state !== undefined && state.load_switch !== 'connected';
  const asOfMs = state?.captured_at ?? null;
  const seen = {
    ...{ history, widths, powerW, isOff, asOfMs },
    isSwitchSilent: state !== undefined && isSwitchSilent(state.report),
  };
  if (connection.creditMode === 'wallet') {
    const { balanceMinor, owedEnergyWh } = await moneyLeftOf(tx, deps, o);
    const balanceMicro = balanceMinor * microPerMinor;
    const charging = await chargingOf(tx, deps, o);
    const money = await chargedNow(tx, o, { ...charging, balanceMicro, isFresh });
    const owed = owedEnergyWh ?? 0n;
    return {
      ...seen,
      availableEnergyWh: null,
      owedEnergyWh: owed,
      money,
      hasCredit: balanceMinor > 0n,
    };
  }
  const ofMeter = moneyIn(state?.report);
  if (ofMeter !== null && state !== undefined) {
    const chargedUntilMs = Math.min(state.captured_at, nowMs);
    const pricing = await pricesInMeter(tx, deps, { ...o, history, chargedUntilMs });
    const money = {
      ...{ balanceMicro: ofMeter, saidMicro: ofMeter, ratedUntilMs: chargedUntilMs },
      pricing,
    };
    const owed = state.owed_energy_wh;
    return { ...seen, availableEnergyWh: null, owedEnergyWh: owed, money, hasCredit: ofMeter > 0n };
  }
  const available = o.availableEnergyWh ?? state?.available_energy_wh ?? null;
  const owed = state?.owed_energy_wh ?? 0n;
  const isOut = state?.credit_status === 'outOfCredit';
  // What is owed is repaid bit by bit: a home may owe and have credit. One that owes and has hardly
  // anything lives on emergency credit, or its meter waits for a token.
  const isLent = owed > 0n && available !== null && available < leastOwnWh;
  const hasCredit = available === null ? null : available > 0n && !isOut && !isLent;
  return { ...seen, availableEnergyWh: available, owedEnergyWh: owed, money: null, hasCredit };
}

/** From where on use is not charged yet, and at what prices. */
async function chargingOf(
  tx: Tx,
  deps: SupplyForecastDeps,
  o: Question,
): Promise<Pick<Money, 'ratedUntilMs' | 'pricing'>> {
  const { connection, utility, nowMs } = o;
  const wallet = await loadWallet(tx, connection);
  const position = positionFromJson(connection.tariffPosition);
  const inForce = await deps.tariffs.inForce(tx, [connection]);
  return {
    ratedUntilMs: Math.min(wallet?.ratedUntilMs ?? nowMs, nowMs),
    pricing: position.ok
      ? priceAhead({
          position: position.value,
          zone: utility.zone,
          pricesOn: (date) => inForce(connection, date),
        })
      : null,
  };
}

/**
 * What a home is known to have used since its use was charged last is taken off first: a home that
 * draws much has spent its money before the next readings say so.
 */
async function chargedNow(
  tx: Tx,
  { connection, nowMs, utility }: Question,
  o: Pick<Money, 'ratedUntilMs' | 'pricing' | 'balanceMicro'> & { readonly isFresh: boolean },
): Promise<Money> {
  const { balanceMicro, pricing, ratedUntilMs } = o;
  const asBefore = { balanceMicro, saidMicro: balanceMicro, ratedUntilMs, pricing };
  if (pricing === null || !o.isFresh || ratedUntilMs >= nowMs) return asBefore;
  const used = await notCharged(tx, { connection, nowMs, chargedUntilMs: ratedUntilMs });
  if (used === null) return asBefore;
  const today = zonedAt(nowMs, utility.zone).startOfDay().epochMilliseconds;
  let [position, spentMicro, startsAtMs] = [pricing.start, 0n, ratedUntilMs];
  // What falls due with a new day is met; the use is priced as that of today.
  while (startsAtMs < nowMs) {
    const nextDay = zonedAt(startsAtMs, utility.zone).startOfDay().add({ days: 1 });
    const endsAtMs = Math.min(nowMs, nextDay.epochMilliseconds);
    const energyWh = startsAtMs >= today || endsAtMs === nowMs ? used.usedWh : 0n;
    const cost = pricing.cost(position, [{ startsAtMs, endsAtMs, energyWh }]);
    if (cost === null) return asBefore;
    spentMicro += cost.micro;
    [position, startsAtMs] = [cost.position, endsAtMs];
  }
  return {
    ...{ balanceMicro: balanceMicro - spentMicro, saidMicro: balanceMicro, ratedUntilMs: nowMs },
    pricing: { ...pricing, start: position },
  };
}

const moneyReport = z.object({
  money: z.object({ availableMicroMinor: z.string(), owedMicroMinor: z.string() }),
});

/** What a meter with money credit has, less what it is owed; null of one with energy credit. */
function moneyIn(report: unknown): bigint | null {
  const read = moneyReport.safeParse(report);
  if (!read.success) return null;
  const { availableMicroMinor, owedMicroMinor } = read.data.money;
  return BigInt(availableMicroMinor) - BigInt(owedMicroMinor);
}

const silentReport = z.object({ switchUnknownSinceMs: z.number() });
const isSwitchSilent = (report: unknown): boolean => silentReport.safeParse(report).success;

/**
 * The prices ahead of a meter that charges by itself: this month's use as it was read, and what has
 * fallen due by now is charged already.
 */
async function pricesInMeter(
  tx: Tx,
  deps: SupplyForecastDeps,
  o: Question & {
    readonly history: readonly UsageInterval[];
    readonly chargedUntilMs: number;
  },
): Promise<Pricing<TariffPosition> | null> {
  const { connection, utility, history, chargedUntilMs } = o;
  const inForce = await deps.tariffs.inForce(tx, [connection]);
  const pricesOn = chargedInMeter((date) => inForce(connection, date));
  const { zone } = utility;
  const fresh = priceAhead({ position: startPosition(), zone, pricesOn });
  const idle = fresh.cost(fresh.start, [{ startsAtMs: chargedUntilMs, energyWh: 0n }]);
  if (idle === null) return null;
  const local = zonedAt(chargedUntilMs, zone);
  const monthMs = local.with({ day: 1 }).startOfDay().epochMilliseconds;
  const used = history.reduce(
    (sum, each) => (each.startsAtMs >= monthMs ? sum + each.energyWh : sum),
    0n,
  );
  const position = { ...idle.position, energyWhThisMonth: used };
  return priceAhead({ position, zone, pricesOn });
}

/** What the till has taken of a tariff, a meter does not charge again. */
function chargedInMeter(inForce: (date: string) => TariffInForce | null) {
  const parts = new Map<Tariff, Tariff | null>();
  return (date: string) => {
    const whole = inForce(date);
    if (whole === null) return null;
    const { tariff, parameters } = whole;
    const part = parts.has(tariff) ? parts.get(tariff) : meterPartOf(tariff);
    parts.set(tariff, part ?? null);
    // One that cannot be split is in no meter: what this one charges by is not known.
    return part == null ? null : { tariff: part, parameters };
  };
}

function forecastFrom(known: KnownCredit, o: Question): Forecast | null {
  const { history, money, availableEnergyWh, widths } = known;
  const { nowMs } = o;
  // What was drawn before the switch opened says nothing of what comes.
  const powerW = known.isOff ? null : known.powerW;
  const { zone } = o.utility;
  if (money === null) {
    if (availableEnergyWh === null) return null;
    return forecastDepletion({ history, availableEnergyWh, nowMs, zone, powerW, widths });
  }
  if (money.pricing === null || known.hasCredit === false) return null;
  const { pricing, ratedUntilMs: sinceMs } = money;
  // What is left may be spent already, by use that is not charged yet: it ends now.
  const availableMicro = money.balanceMicro > 0n ? money.balanceMicro : 1n;
  return forecastMoney({
    ...{ history, availableMicro, pricing, nowMs, sinceMs, zone, powerW, widths },
  });
}
