// The register of a silent meter as somebody read it there: which values are impossible and
// refused, which are more than such a home uses and have to be confirmed, and how much was used up
// to it.

import type { CreditModeBody } from '@prewatt/api';
import { dayMs, err, formatKwh, hourMs, ok, type Result, zonedAt } from '@prewatt/quantities';
import type { Tx } from '../../base/database.ts';
import type { MeterPlace } from '../../registry/connections/index.ts';
import type { ModeRefusal } from './errors.ts';
import { loadWallet } from './store.ts';

export type SiteReading = NonNullable<CreditModeBody['siteReading']>;

type LastReading = { readonly valueWh: bigint; readonly readAtMs: number };

/** What is known of a meter's register. */
export type KnownRegister = {
  /** The last reading that stands; null before the first one. */
  readonly lastGood: (tx: Tx, place: MeterPlace) => Promise<LastReading | null>;
  /** The most that was used on a day of the last weeks; null where no day is known whole. */
  readonly busiestDayWh: (
    tx: Tx,
    place: MeterPlace,
    o: { readonly beforeMs: number },
  ) => Promise<bigint | null>;
  /** More than this no connection draws. */
  readonly maximumW: number;
};

export type SiteUse = {
  /** Null where the meter was never read. */
  readonly last: LastReading | null;
  readonly usedWh: bigint | null;
};

export type SiteRefusal = { readonly code: ModeRefusal; readonly detail: string };

/** A clock on the wall, and the one of the server. */
const aheadMs = 10 * 60_000;
/** Up to twice its busiest day, each day, is a use that nobody asks about. */
const timesBusiest = 2n;
/** Where no day of the home is known whole. */
const unknownHomeWh = 15_000n;
/** Below it a question is not worth the asking. */
const leastAskedWh = 5_000n;

/** Whether the register can be that of the meter at that moment. Writes nothing. */
export async function checkSiteReading(
  tx: Tx,
  register: KnownRegister,
  o: {
    readonly place: MeterPlace;
    readonly reading: SiteReading;
    readonly zone: string;
    readonly nowMs: number;
  },
): Promise<Result<SiteUse, SiteRefusal>> {
  const { place, reading, zone } = o;
  const registerWh = BigInt(reading.importEnergyWh);
  const readAtMs = Date.parse(reading.readAt);
  const no = (code: ModeRefusal, detail: string) => err({ code, detail });
  if (readAtMs > o.nowMs + aheadMs) {
    return no(
      'siteReadingAhead',
      'The register cannot have been read in the future; correct the time.',
    );
  }
  const wallet = await loadWallet(tx, place);
  const sinceMs = wallet?.sinceMs ?? null;
  if (sinceMs !== null && readAtMs < sinceMs) {
    return no(
      'siteReadingOld',
      `The home is in wallet mode since ${momentText(sinceMs, zone)}; give a reading of after that.`,
    );
  }
  const last = await register.lastGood(tx, place);
  if (last === null) return ok({ last, usedWh: null });
  const known = `${kwh(last.valueWh)} on ${momentText(last.readAtMs, zone)}`;
  if (readAtMs <= last.readAtMs) {
    return no(
      'siteReadingOld',
      `The meter has told its register after that moment itself: ${known}. Give a later reading, or ` +
        'change without one if the meter is heard again.',
    );
  }
  const usedWh = registerWh - last.valueWh;
  if (usedWh < 0n) {
    return no(
      'siteReadingBelow',
      `The register was ${known} already, and it never runs back. Read it again, and see whether it ` +
        'is this meter.',
    );
  }
  const silentMs = readAtMs - last.readAtMs;
  const mostWh = BigInt(Math.round((register.maximumW * Math.max(silentMs, hourMs)) / hourMs));
  if (usedWh > mostWh) {
    return no(
      'siteReadingTooHigh',
      `That is ${kwh(usedWh)} since ${known}: more than any connection can draw in that time. Read ` +
        'it again, and see whether a decimal point was missed.',
    );
  }
  const busiestWh = await register.busiestDayWh(tx, place, { beforeMs: last.readAtMs });
  const likelyWh = likelyMostWh(busiestWh, silentMs);
  if (usedWh > likelyWh && !reading.confirmed) {
    const usual =
      busiestWh === null
        ? 'no whole day of this home is known'
        : `its busiest day of the last weeks had ${kwh(busiestWh)}`;
    return no(
      'siteReadingUnlikely',
      `That is ${kwh(usedWh)} since ${known}, ${kwh(perDayWh(usedWh, silentMs))} a day; ${usual}. ` +
        'Read it again, and confirm it if it is right.',
    );
  }
  return ok({ last, usedWh });
}

/** What may be used in a silence without a question. */
function likelyMostWh(busiestWh: bigint | null, silentMs: number): bigint {
  const aDayWh = busiestWh === null ? unknownHomeWh : busiestWh;
  const days = BigInt(Math.ceil(silentMs / dayMs));
  const most = timesBusiest * aDayWh * days;
  return most < leastAskedWh ? leastAskedWh : most;
}

const perDayWh = (usedWh: bigint, silentMs: number): bigint =>
  (usedWh * BigInt(dayMs)) / BigInt(Math.max(silentMs, hourMs));

const kwh = (energyWh: bigint): string => `${formatKwh(energyWh)} kWh`;

/** "24 Nov 2026, 10:30" in the utility's zone. */
export function momentText(atMs: number, zone: string): string {
  const at = zonedAt(atMs, zone);
  const day = at.toLocaleString('en-GB', { day: 'numeric', month: 'short', year: 'numeric' });
  return `${day}, ${at.toPlainTime().toString().slice(0, 5)}`;
}

/** What the second person reads about it. */
export function siteFacts(
  reading: SiteReading,
  /** Null once the change is made. */
  use: Result<SiteUse, SiteRefusal> | null,
  zone: string,
): { readonly label: string; readonly value: string }[] {
  const at = momentText(Date.parse(reading.readAt), zone);
  const facts = [
    {
      label: 'Register, as read at the meter',
      value: `${kwh(BigInt(reading.importEnergyWh))}, ${at}`,
    },
  ];
  const asked = reading.confirmed ? '; read twice, says who asks' : '';
  if (use === null) return facts;
  if (!use.ok) facts.push({ label: 'Cannot be done now', value: use.error.detail });
  else if (use.value.last === null || use.value.usedWh === null) {
    facts.push({ label: 'Use up to it', value: 'not charged: no earlier reading is known' });
  } else {
    const { last, usedWh } = use.value;
    const value = `${kwh(usedWh)} since ${momentText(last.readAtMs, zone)}${asked}, charged first`;
    facts.push({ label: 'Use up to it', value });
  }
  return [
    ...facts,
    {
      label: 'At the meter',
      value: 'It counts its credit by itself again: set there to prepayment',
    },
  ];
}
