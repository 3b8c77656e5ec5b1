// Decides what to send next to a meter that counts money, from what it was sent, answered and
// reports. Pure. A meter keeps one future tariff, so today's tariff goes first, and the next one
// follows when the meter has it.

import type { CommandStage, MeterTariffStanding } from '@prewatt/api';
import { dayMs, hourMs } from '@prewatt/quantities';

export type Wish = {
  readonly digest: string;
  /** When it begins; null: at once. */
  readonly fromMs: number | null;
  /** A meter could not charge it: it is never sent. */
  readonly cannot: boolean;
  /** As a meter says which tariff it has. */
  readonly named: { readonly id: string; readonly version: number };
};

/** What is known of a meter; all of the word is null while it was told nothing. */
export type Known = {
  readonly hasLink: boolean;
  /** The last word, what became of it, and what the meter held before it. */
  readonly digest: string | null;
  readonly activatesAtMs: number | null;
  readonly toldAtMs: number | null;
  readonly stage: CommandStage | null;
  readonly stageAtMs: number | null;
  readonly refusal: string | null;
  readonly heldDigest: string | null;
  readonly said: Wish['named'] | null;
  readonly saidAtMs: number | null;
};

export type Verdict = {
  readonly now: MeterTariffStanding;
  /** Null when nothing begins. */
  readonly next: MeterTariffStanding | null;
  readonly tell: 'now' | 'next' | null;
};

/** What it holds by its own answers; null: unknown. */
export function heldDigest(known: Known, nowMs: number): string | null {
  const { stage, activatesAtMs } = known;
  const isActive = activatesAtMs !== null && activatesAtMs <= nowMs;
  return stage === 'done' && isActive ? known.digest : known.heldDigest;
}

export function verdictOn(
  known: Known,
  o: { readonly now: Wish | null; readonly next: Wish | null; readonly nowMs: number },
): Verdict {
  const { now, next, nowMs } = o;
  const hasNow = now === null || now.cannot || holds(known, now, nowMs);
  if (!hasNow) {
    const word = stateOfWord(known, { wish: now, nowMs });
    const standing = word === 'has' ? 'other' : word;
    return {
      now: known.hasLink ? standingWhile(standing) : 'noLink',
      next: next === null ? null : whileWaiting(known, next),
      tell: known.hasLink && (standing === 'other' || standing === 'gone') ? 'now' : null,
    };
  }
  const ofNow = now === null || now.cannot ? 'cannot' : 'has';
  if (next === null) {
    const tell = known.hasLink && ofNow === 'has' && mayHoldOther(known, nowMs);
    return { now: ofNow, next: null, tell: tell ? 'now' : null };
  }
  if (next.cannot) return { now: ofNow, next: 'cannot', tell: null };
  const word = stateOfWord(known, { wish: next, nowMs });
  if (word === 'has') return { now: ofNow, next: 'has', tell: null };
  return {
    now: ofNow,
    next: known.hasLink ? standingWhile(word) : 'noLink',
    tell: known.hasLink && (word === 'other' || word === 'gone') ? 'next' : null,
  };
}

/** By its answers, or, where it was told nothing yet, by what it says itself. */
function holds(known: Known, wish: Wish, nowMs: number): boolean {
  if (known.digest === null) return saysSo(known, wish);
  return heldDigest(known, nowMs) === wish.digest && !deniesIt(known, { wish, nowMs });
}

const saysSo = ({ said }: Known, { named }: Wish): boolean =>
  said !== null && said.id === named.id && said.version === named.version;

/** A report that came well after the word was carried out names another one; told again daily. */
function deniesIt(known: Known, { wish, nowMs }: { wish: Wish; nowMs: number }): boolean {
  const { said, saidAtMs, toldAtMs, stageAtMs, activatesAtMs } = known;
  if (said === null || saidAtMs === null || known.stage !== 'done') return false;
  const active = activatesAtMs !== null && activatesAtMs <= nowMs ? activatesAtMs : 0;
  const isLate = saidAtMs > Math.max(stageAtMs ?? 0, active) + hourMs;
  return isLate && (toldAtMs ?? 0) + dayMs <= nowMs && !saysSo(known, wish);
}

type OfWord = 'has' | 'told' | 'refused' | 'gone' | 'other';

/** What became of the last word, if it was this wish. */
function stateOfWord(
  known: Known,
  { wish, nowMs }: { readonly wish: Wish; readonly nowMs: number },
): OfWord {
  const { digest, activatesAtMs, stage } = known;
  const isSameDay =
    activatesAtMs !== null &&
    (wish.fromMs === null ? activatesAtMs <= nowMs : activatesAtMs === wish.fromMs);
  if (digest !== wish.digest || !isSameDay || stage === null) return 'other';
  if (stage === 'done') return 'has';
  if (isGone(known)) return 'gone';
  return stage === 'refused' ? 'refused' : 'told';
}

/** Ended without the meter's own no to what it said. */
const isGone = ({ stage, refusal }: Known): boolean =>
  stage === 'expired' ||
  stage === 'cancelled' ||
  stage === 'superseded' ||
  (stage === 'refused' && (refusal === 'expired' || refusal === 'superseded'));

/** Something that is not to begin any more may be in it: today's tariff again takes that back. */
function mayHoldOther(known: Known, nowMs: number): boolean {
  if (isGone(known)) return true;
  const comes = known.activatesAtMs !== null && known.activatesAtMs > nowMs;
  return comes && known.stage !== 'refused';
}

const standingWhile = (word: OfWord): MeterTariffStanding =>
  word === 'refused' ? 'refused' : word === 'has' ? 'has' : 'told';

const whileWaiting = (known: Known, next: Wish): MeterTariffStanding =>
  next.cannot ? 'cannot' : known.hasLink ? 'waits' : 'noLink';
