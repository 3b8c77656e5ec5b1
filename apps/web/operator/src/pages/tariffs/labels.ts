// Words of tariffs: how a version stands, how much more or less somebody pays, bands of change.

import type { BackTestSummary, MeterTariffStanding, TariffVersionRow } from '@prewatt/api';
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

export const meterStandingLabels: Record<MeterTariffStanding, Label> = {
  has: { text: 'Have it', tone: 'good' },
  told: { text: 'On its way', tone: 'busy' },
  waits: { text: 'After today’s', tone: 'busy' },
  refused: { text: 'Refused', tone: 'bad' },
  noLink: { text: 'No link', tone: 'warn' },
  cannot: { text: 'Cannot charge it', tone: 'bad' },
};

/** What a standing means, and what to do about it. */
export const meterStandingMeaning: Record<MeterTariffStanding, string> = {
  has:
    'The meter has answered that it has the version; of one that comes, it keeps it until its ' +
    'day.',
  told:
    'Sent, and not answered: the meter is offline, or slow. It is sent again by itself; a ' +
    'meter that is offline for long is on the attention page.',
  waits: 'The meter must first confirm today’s tariff; then this one is sent by itself.',
  refused:
    'The meter refused it and keeps charging by the tariff that it has. Set its clock and ' +
    'send “Set tariff” on ' +
    'its connection’s page; if it refuses again, exchange the meter.',
  noLink:
    'They have no working link, so they keep charging by the tariff that they have. Pair the ' +
    'link anew, exchange ' +
    'the meter for one with a link, or set it back to energy credit at a visit.',
  cannot:
    'Parts of this version are known neither to the till nor to the meter, so nothing can be ' +
    'sold to these homes. Propose a next version without those parts, or give them another tariff.',
};

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
