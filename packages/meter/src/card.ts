// A smart card in the meter: it is proved, its tokens are entered as any others, and the meter's
// report is written on it, also when there was nothing to load.

import {
  type CardKey,
  type CardOutcome,
  cardPurpose,
  collectReport,
  type MeterReport,
  type PurchaseError,
  type ReportFlag,
  readHeader,
  readPurchase,
  writeReport,
} from '@prewatt/card';
import { decoderKeyFromBytes } from '@prewatt/sts/keys';
import { purposeKey } from '@prewatt/sts/purpose';
import { availableOf, moneyOf } from './account.ts';
import type { Draft, KnownCard, MeterState } from './state.ts';
import type { StoredOutcome } from './stored.ts';
import { enterToken } from './tokens.ts';

/**
 * loaded: its tokens were entered, each with its outcome. loadedBefore: this meter had this
 * purchase already; the card was put in again, or is a copy. nothing: no purchase is on it.
 * collected: a check card took the report. refused: nothing was entered and nothing written; `old`
 * is a card that was put back to an earlier state, `full` a check card without a free place.
 */
export type CardAnswer =
  | { readonly kind: 'loaded'; readonly outcomes: readonly StoredOutcome[] }
  | { readonly kind: 'loadedBefore'; readonly outcomes: readonly CardOutcome[] }
  | { readonly kind: 'nothing' | 'collected' }
  | {
      readonly kind: 'refused';
      readonly reason: Exclude<PurchaseError, 'checkCard' | 'empty'> | 'old' | 'full';
    };

export type CardTaken = {
  readonly answer: CardAnswer;
  /** What the card has to hold now; null when nothing is to be written. */
  readonly image: Uint8Array | null;
};

/** Households have one or two; a meter that met more forgets the oldest. */
const knownCards = 8;
const milliPerUnit = 1_000;
const microPerMinor = 1_000_000;

export function takeCard(draft: Draft, image: Uint8Array): CardTaken {
  const key = cardKeyOf(draft);
  const { meterPan } = draft.config;
  const header = readHeader(image);
  if (!header.ok) return refused(header.error);
  if (header.value.kind === 'check') return collect(draft, image, key);
  const purchase = readPurchase(image, { meterPan, key });
  if (!purchase.ok) {
    if (purchase.error === 'empty') {
      const report = reportOf(draft, { count: 0, outcomes: [] });
      return { answer: { kind: 'nothing' }, image: writeReport(image, report, key) };
    }
    return purchase.error === 'checkCard' ? refused('noCard') : refused(purchase.error);
  }
  const { count, tokens } = purchase.value;
  const { cardNumber } = header.value;
  const known = draft.cards?.find((each) => each.cardNumber === cardNumber);
  if (known !== undefined && count < known.count) return refused('old');
  if (known !== undefined && count === known.count) {
    const { outcomes } = known;
    const written = writeReport(image, reportOf(draft, { count, outcomes }), key);
    return { answer: { kind: 'loadedBefore', outcomes }, image: written };
  }
  const entered = tokens.map((digits) => enterToken(draft, digits, 'card'));
  const outcomes = entered.map(codeOf);
  remember(draft, { cardNumber, count, outcomes });
  const report = reportOf(draft, { count, outcomes });
  // The key that proved the purchase, also when one of its tokens has changed the meter's: who
  // wrote the card knows that one.
  return {
    answer: { kind: 'loaded', outcomes: entered },
    image: writeReport(image, report, key),
  };
}

const refused = (reason: Extract<CardAnswer, { kind: 'refused' }>['reason']): CardTaken => ({
  answer: { kind: 'refused', reason },
  image: null,
});

function collect(draft: Draft, image: Uint8Array, key: CardKey): CardTaken {
  const report = reportOf(draft, { count: 0, outcomes: [] });
  const collected = collectReport(image, { meterPan: draft.config.meterPan, report, key });
  return collected === null ? refused('full') : { answer: { kind: 'collected' }, image: collected };
}

function cardKeyOf(state: Pick<MeterState, 'acceptance'>): CardKey {
  const key = decoderKeyFromBytes(Uint8Array.fromHex(state.acceptance.secrets.decoderKey));
  if (!key.ok) throw new Error('a meter without a decoder key');
  return purposeKey(key.value, cardPurpose);
}

const codeOf = (outcome: StoredOutcome): CardOutcome =>
  outcome.result === 'accepted' ? 'accepted' : outcome.refusal;

function remember(draft: Draft, card: KnownCard): void {
  const others = (draft.cards ?? []).filter((each) => each.cardNumber !== card.cardNumber);
  draft.cards = [...others, card].slice(-knownCards);
}

function reportOf(
  state: MeterState,
  o: { readonly count: number; readonly outcomes: readonly CardOutcome[] },
): Omit<MeterReport, 'sequence'> {
  const money = moneyOf(state);
  const available = availableOf(state) / (money === null ? milliPerUnit : microPerMinor);
  return {
    ...o,
    atMs: state.atMs,
    available: BigInt(Math.floor(available)),
    importEnergyWh: BigInt(Math.floor(state.importMilliWh / milliPerUnit)),
    eventSequence: state.eventSequence,
    flags: flagsOf(state, money !== null),
  };
}

function flagsOf(state: MeterState, isMoney: boolean): readonly ReportFlag[] {
  const { sinceMs, latched } = state.tamper;
  const tampered = new Set([...Object.keys(sinceMs), ...latched]) as ReadonlySet<ReportFlag>;
  const flags: (ReportFlag | false)[] = [
    isMoney && 'moneyCredit',
    state.loadSwitch !== 'connected' && 'switchOpen',
    state.lowCredit && 'lowCredit',
    state.emergencySelected && 'emergencyCredit',
    ...tampered,
    state.phases?.lost.includes(true) === true && 'phaseLost',
  ];
  return flags.filter((flag) => flag !== false);
}
