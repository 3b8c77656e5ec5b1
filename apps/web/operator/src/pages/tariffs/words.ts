// Words of tariffs: how a version stands, how much more or less somebody pays, bands of change.

import type { BackTestSummary, TariffVersionRow } from '@prewatt/api';
import type { Currency } from '@prewatt/quantities';
import type { Label } from '../../text/labels.ts';
import { moneyText } from '../../text/numbers.ts';

type Standing = Pick<TariffVersionRow, 'state' | 'standing'>;

export function versionLabel({ state, standing }: Standing): Label {
  if (standing === 'inForce') return { text: 'In force', tone: 'good' };
  if (standing === 'coming') return { text: 'Approved, to come', tone: 'busy' };
  if (standing === 'past') return { text: 'Past', tone: 'quiet' };
  if (state === 'awaitingApproval') return { text: 'Waits for approval', tone: 'warn' };
  return state === 'draft' ? { text: 'Draft', tone: 'warn' } : { text: 'Withdrawn', tone: 'quiet' };
}

/** "+ ZAR 12.00" and "− ZAR 12.00"; a sum of nothing has no sign. */
export function changeText(changeMinor: bigint, currency: Currency): string {
  const size = changeMinor < 0n ? -changeMinor : changeMinor;
  const sign = changeMinor === 0n ? '' : changeMinor < 0n ? '− ' : '+ ';
  return `${sign}${moneyText(size.toString(), currency)}`;
}

/** "+ 2.1 %"; null when there is nothing to compare with. */
export function percentChange(beforeMinor: string, afterMinor: string): string | null {
  const before = BigInt(beforeMinor);
  if (before <= 0n) return null;
  const change = BigInt(afterMinor) - before;
  const size = ((change < 0n ? -change : change) * 2_000n + before) / (2n * before);
  const sign = size === 0n ? '' : change < 0n ? '− ' : '+ ';
  return `${sign}${size / 10n}.${size % 10n} %`;
}

export function bandText(band: BackTestSummary['bands'][number]): string {
  const { overPercent: over, uptoPercent: upto } = band;
  if (over === null) return `${magnitude(upto)} % less or still less`;
  if (upto === null) return `${magnitude(over)} % more or still more`;
  if (over < 0 && upto > 0) return 'About the same';
  return over >= 0
    ? `${over} to ${upto} % more`
    : `${magnitude(upto)} to ${magnitude(over)} % less`;
}

const magnitude = (percent: number | null): string => String(Math.abs(percent ?? 0));
