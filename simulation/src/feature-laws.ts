// The laws of what not every home has, each a small function of what the town saw and what the
// server says. They read nothing and throw nothing: what is broken is a sentence, or null.

import type { ProtectionRules } from '@prewatt/protection';
import type { AfterPurchase, LimitedStep, TokenLanding } from './landing-by-token.ts';
import type { HomeMoney, LandingStep, RegisterSeen } from './observed.ts';
import type { WalletSeen } from './wallet-seen.ts';

/** What only one side knows, with its number where it is there more than once. */
export function unlike(
  seen: readonly string[],
  said: readonly string[],
): { readonly missing: readonly string[]; readonly extra: readonly string[] } {
  const numbered = (all: readonly string[]): Set<string> => {
    const times = new Map<string, number>();
    return new Set(
      all.map((each) => {
        const nth = (times.get(each) ?? 0) + 1;
        times.set(each, nth);
        return nth === 1 ? each : `${each} (${nth})`;
      }),
    );
  };
  const [ofSeen, ofSaid] = [numbered(seen), numbered(said)];
  return {
    missing: [...ofSeen.difference(ofSaid)],
    extra: [...ofSaid.difference(ofSeen)],
  };
}

/** Both sides know the same. */
export function same(
  what: string,
  o: { readonly seen: readonly string[]; readonly said: readonly string[] },
): string | null {
  const { missing, extra } = unlike(o.seen, o.said);
  if (missing.length + extra.length === 0) return null;
  const list = (all: readonly string[]): string => all.slice(0, 5).join(', ') || 'nothing';
  return `${what}: not told ${list(missing)}; told and not so ${list(extra)}`;
}

/** By source, as the ledger says it came to a home's prepaid money. */
export type LedgerMoney = {
  readonly providerClearing: bigint;
  readonly vendorFloat: bigint;
  readonly creditNotes: bigint;
};

/** Each source of a home's money brought what its people gave, or what two people agreed on. */
export function moneyIsWhatWasGiven(given: HomeMoney, posted: LedgerMoney): string | null {
  const sources = [
    ['the provider', given.approvedMinor, posted.providerClearing],
    ['a vendor', given.cashMinor, posted.vendorFloat],
    ['credit notes', given.notesMinor, posted.creditNotes],
  ] as const;
  for (const [source, was, is] of sources) {
    if (was !== is) return `${was} came by ${source}, and ${is} is in the ledger`;
  }
  return null;
}

/** The fees of all files, each of a payment once, are the balance of the account of fees. */
export function feesAreWhatWasKept(toldMinor: bigint, bookedMinor: bigint): string | null {
  return toldMinor === bookedMinor
    ? null
    : `${toldMinor} were kept by the provider, and ${bookedMinor} are in the ledger`;
}

/** Each step of the meter cuts less than a thousandth of a Wh from a phase, or adds it. */
const phaseToleranceWh = 2;

/** A meter's phases, in milliwatt-hours, add up to its register and are what flowed by each. */
export function phasesAreWhatFlowed(o: {
  readonly importMilliWh: number;
  readonly phasesMilliWh: readonly number[];
  readonly flowedMilliWh: readonly number[];
}): string | null {
  const sum = o.phasesMilliWh.reduce((total, each) => total + each, 0);
  if (sum !== o.importMilliWh)
    return `its phases add up to ${sum}, its register ${o.importMilliWh}`;
  for (const [place, flowed] of o.flowedMilliWh.entries()) {
    const counted = o.phasesMilliWh[place] ?? 0;
    if (Math.abs(counted - flowed) <= phaseToleranceWh * 1_000) continue;
    return `phase ${place + 1} counts ${counted}, and ${Math.round(flowed)} flowed`;
  }
  return null;
}

/** Readings of the phases at one instant, in whole watt-hours, add up to the register's. */
export function phaseReadingsAddUp(o: {
  readonly importWh: bigint;
  readonly phasesWh: readonly bigint[];
}): string | null {
  if (o.phasesWh.length !== 3) return `${o.phasesWh.length} of 3 phases were read`;
  const sum = o.phasesWh.reduce((total, each) => total + each, 0n);
  // Each is cut to whole watt-hours.
  const isSo = sum <= o.importWh && sum >= o.importWh - 2n;
  return isSo ? null : `its phases were read as ${sum} Wh together, its register as ${o.importWh}`;
}

/** Hours in which a review of a wallet must have come, whatever was lost. */
const reviewedWithinMs = 6 * 3_600_000;

/** A wallet that is used up is off once no rule keeps it on. */
export function cutWhenUsedUp(seen: WalletSeen): string | null {
  const { overdueSinceMs, atMs, balanceMinor } = seen;
  if (overdueSinceMs === null || atMs - overdueSinceMs < reviewedWithinMs) return null;
  return `its wallet stands at ${balanceMinor}, no rule keeps it on, and supply is ${seen.supply}`;
}

/** Money or credit that was low for half a day was told so since it last grew. */
export function lowIsTold(
  spell: { readonly grewAtMs: number; readonly fromMs: number; readonly untilMs: number },
  toldAtMs: readonly number[],
  what: 'wallet' | 'credit' = 'wallet',
): string | null {
  if (spell.untilMs - spell.fromMs < 12 * 3_600_000) return null;
  const isTold = toldAtMs.some((atMs) => atMs >= spell.grewAtMs && atMs <= spell.untilMs);
  if (isTold) return null;
  return `its ${what} was low from ${new Date(spell.fromMs).toISOString()} on, and nobody said so`;
}

type Steps = ProtectionRules['softLanding'];
type StepSeen = Omit<LandingStep<unknown>, 'home'>;

/** Power is limited by the step that credit has come down to, and of nobody who may not be cut. */
export function limitedInOrder(steps: Steps, seen: StepSeen): string | null {
  for (const limitW of seen.limitsW) {
    if (seen.isVulnerable) return `it was limited to ${limitW} W, and nobody may limit it`;
    const nth = steps.findIndex(({ powerLimitW }) => powerLimitW === limitW);
    const lastMilliWh = seen.leftMilliWh - seen.flowedMilliWh;
    const isTooEarly = lastMilliWh >= Number(steps[nth]?.belowWh ?? 0) * 1_000;
    const isTooLate = seen.leftMilliWh < Number(steps[nth + 1]?.belowWh ?? 0) * 1_000;
    if (!isTooEarly && !isTooLate) continue;
    return `it was limited to ${limitW} W with ${seen.leftMilliWh} to ${lastMilliWh} mWh left`;
  }
  return null;
}

/** So long power may be above the limit before the meter opens, and once more at the end. */
const overForMs = 30_000;
/** A step's power and energy are rounded. */
const roundedMilliWh = 2_000;

/** No more flows than the limit allows, and what flows until the meter opens. */
export function limitHolds(steps: Steps, seen: StepSeen): string | null {
  const inForce = steps.findLast(({ belowWh }) => seen.leftMilliWh < Number(belowWh) * 1_000);
  if (inForce === undefined || seen.isVulnerable) return null;
  const above = (seen.demandMilliWh * overForMs * (seen.limitsW.length + 1)) / seen.spanMs;
  const allowed = (inForce.powerLimitW * seen.spanMs) / 3_600 + above + roundedMilliWh;
  if (seen.flowedMilliWh <= allowed) return null;
  return `${seen.flowedMilliWh} mWh flowed under a limit of ${inForce.powerLimitW} W`;
}

/** A limit token does at the meter what its message said. */
export function allowsWhatWasSaid({ saidW, inMeterW }: TokenLanding): string | null {
  if (inMeterW === null || inMeterW === saidW) return null;
  return `its message said ${saidW} W, and its meter allows ${inMeterW} W`;
}

/** Whoever has typed a purchase may draw again what was allowed before any limit. */
export function purchaseLifts({ allowsW }: AfterPurchase, liftW: number): string | null {
  if (allowsW === null || allowsW >= liftW) return null;
  return `it has typed a purchase, and its meter still allows ${allowsW} W alone`;
}

/** No more flows under a limit that was typed than it allows, and what flows until it opens. */
export function typedLimitHolds(seen: LimitedStep): string | null {
  const above = (seen.demandMilliWh * overForMs * (seen.trips + 1)) / seen.spanMs;
  const allowed = (seen.limitW * seen.spanMs) / 3_600 + above + roundedMilliWh;
  if (seen.flowedMilliWh <= allowed) return null;
  return `${seen.flowedMilliWh} mWh flowed under a limit of ${seen.limitW} W`;
}

/** Nobody sends a limit to a home that may never be limited. */
export const flaggedIsSentNone = (o: {
  readonly isVulnerable: boolean;
  readonly sent: number;
}): string | null =>
  o.isVulnerable && o.sent > 0 ? `nobody may limit it, and it was sent ${o.sent} limits` : null;

/** A switch that waits for a hand is closed by one within a day: its people know what to do. */
export function handComes(sinceMs: number, atMs: number): string | null {
  if (atMs - sinceMs < 24 * 3_600_000) return null;
  const since = new Date(sinceMs).toISOString();
  return `its switch has waited for a hand since ${since}, and nobody told its people`;
}

/** What the wallet has been charged for is what its meter counted in wallet mode. */
export function chargedIsCounted(o: {
  readonly chargedWh: bigint;
  /** Spans that are charged for, in order. */
  readonly spans: readonly { readonly fromMs: number; readonly untilMs: number }[];
  readonly registers: readonly RegisterSeen[];
}): string | null {
  let least = 0;
  let most = 0;
  for (const { fromMs, untilMs } of o.spans) {
    least += registerAt(o.registers, untilMs).before - registerAt(o.registers, fromMs).after;
    most += registerAt(o.registers, untilMs).after - registerAt(o.registers, fromMs).before;
  }
  // Each reading is cut to whole watt-hours.
  const chargedMilliWh = Number(o.chargedWh) * 1_000;
  const slack = 2_000 * o.spans.length;
  if (chargedMilliWh >= least - slack && chargedMilliWh <= most + slack) return null;
  return `its wallet is charged for ${o.chargedWh} Wh, and its meter counted ${least} to ${most} mWh`;
}

/** Readings of the last hours may still be under way. */
const uncoveredMs = 4 * 3_600_000;

/** No time in which the meter counted no credit of its own goes uncharged. */
export function nothingGoesUncharged(o: {
  readonly spans: readonly { readonly fromMs: number; readonly untilMs: number }[];
  readonly registers: readonly RegisterSeen[];
}): string | null {
  const times: { readonly fromMs: number; untilMs: number }[] = [];
  let wasPrepaid = true;
  for (const { atMs, isPrepaid } of o.registers) {
    const last = times.at(-1);
    if (!isPrepaid && wasPrepaid) times.push({ fromMs: atMs, untilMs: atMs });
    else if (!isPrepaid && last !== undefined) last.untilMs = atMs;
    wasPrepaid = isPrepaid;
  }
  const open = times.find(
    ({ fromMs, untilMs }) =>
      untilMs - fromMs > uncoveredMs &&
      !o.spans.some((span) => span.fromMs <= fromMs && span.untilMs >= untilMs - uncoveredMs),
  );
  if (open === undefined) return null;
  const [from, until] = [open.fromMs, open.untilMs].map((atMs) => new Date(atMs).toISOString());
  return `from ${from} to ${until} its wallet is not charged for all that was used`;
}

/** The register around an instant between two steps. */
export function registerAt(
  registers: readonly RegisterSeen[],
  atMs: number,
): { readonly before: number; readonly after: number } {
  const before = registers.findLast((seen) => seen.atMs <= atMs)?.importMilliWh ?? 0;
  const after = registers.find((seen) => seen.atMs >= atMs)?.importMilliWh ?? before;
  return { before, after };
}

/** The order to close reaches its meter within so long, whatever was lost on the way. */
const heardWithinMs = 12 * 3_600_000;

/**
 * At any time: money turns supply on and closes the switch, and nothing else closes it. (That it is
 * opened in time is no law: an order to cut ends within the hour, and rules may forbid the next.)
 */
export function restoredByWallet(seen: WalletSeen): string | null {
  const { atMs, darkSinceMs, offSinceMs, hasClosed } = seen;
  if (hasClosed && offSinceMs !== null && atMs - offSinceMs >= heardWithinMs) {
    const since = new Date(offSinceMs).toISOString();
    return `its switch was closed, and its wallet has said off since ${since}`;
  }
  if (darkSinceMs === null || atMs - darkSinceMs < heardWithinMs) return null;
  const state = `its money is ${seen.balanceMinor}, supply ${seen.supply}`;
  return `${state}, and it has waited for supply since ${new Date(darkSinceMs).toISOString()}`;
}

/** Supply is as the wallet says, once its meter has heard of it. */
export function supplyFollows(o: {
  readonly supply: WalletSeen['supply'];
  readonly balanceMinor: bigint;
  readonly isConnected: boolean;
}): string | null {
  const { supply, balanceMinor, isConnected } = o;
  if (balanceMinor > 0n && supply !== 'on') return `its money is ${balanceMinor}, supply ${supply}`;
  if ((supply !== 'off') === isConnected) return null;
  return `its wallet says ${supply}, and its switch is ${isConnected ? 'connected' : 'open'}`;
}

/** A credit token carries steps of so much, as long as they are few. */
const stepWh = 100;

/** What was left in a meter is in the one after it, less than a step of a token aside. */
export function leftGoesOver(o: {
  readonly leftWh: number;
  readonly givenWh: number;
}): string | null {
  const lost = o.leftWh - o.givenWh;
  if (lost >= 0 && lost < stepWh) return null;
  return `${o.leftWh} Wh were left in its old meter, and ${o.givenWh} were given to the new one`;
}

/** A meter that was taken away took what the server knows that it took. */
export function formerTookWhatIsKnown(o: {
  readonly creditedWh: bigint;
  readonly acceptedWh: bigint;
}): string | null {
  if (o.acceptedWh <= o.creditedWh) return null;
  return `its old meter is said to have taken ${o.acceptedWh} Wh, and took ${o.creditedWh}`;
}

/** No token of a sale that was undone is in a meter. */
export function undoneIsVoid(o: {
  readonly tokens: readonly { readonly meterPan: string; readonly tid: number }[];
  readonly accepted: ReadonlyMap<string, readonly number[]>;
}): string | null {
  const taken = o.tokens.find(({ meterPan, tid }) => o.accepted.get(meterPan)?.includes(tid));
  if (taken === undefined) return null;
  return `a sale was undone whose token ${taken.tid} is in meter ${taken.meterPan}`;
}

type Moment = { readonly atMs: number };

/**
 * A closed install job rests on what the meter did while it was open: it took a test token, its
 * switch was opened and then closed, and its register showed what was written down.
 */
export function installIsTrue(o: {
  readonly openedAtMs: number;
  readonly closedAtMs: number;
  readonly openSteps: readonly string[];
  readonly startReadingWh: number | null;
  readonly tests: readonly Moment[];
  readonly openings: readonly Moment[];
  readonly closings: readonly Moment[];
  /** At the meter when the job began and when it ended. */
  readonly registerWh: readonly [first: number, last: number];
}): string | null {
  const isDuring = ({ atMs }: Moment): boolean => atMs >= o.openedAtMs && atMs <= o.closedAtMs;
  if (o.openSteps.length > 0) return `its install job was closed without ${o.openSteps.join(', ')}`;
  if (!o.tests.some(isDuring)) return 'its install job says that a test token was taken';
  const opening = o.openings.find(isDuring);
  if (opening === undefined) return 'its install job says that the switch was opened';
  const isClosed = o.closings.some((each) => isDuring(each) && each.atMs >= opening.atMs);
  if (!isClosed) return 'its install job says that the switch was closed';
  const [first, last] = o.registerWh;
  const wh = o.startReadingWh ?? -1;
  return wh >= first && wh <= last ? null : `its install job begins with ${o.startReadingWh} Wh`;
}
