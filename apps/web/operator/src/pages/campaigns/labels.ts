// Campaigns in words.

import type { Campaign, CampaignMeterState } from '@prewatt/api';
import type { Label } from '../../text/labels.ts';

export const meterLabels: Record<CampaignMeterState, Label> = {
  waiting: { text: 'Waits for its next sale', tone: 'busy' },
  notReachable: { text: 'Waits, and is silent', tone: 'warn' },
  setIssued: { text: 'Set handed out', tone: 'busy' },
  done: { text: 'Has the new key', tone: 'good' },
  failed: { text: 'Refused the set', tone: 'bad' },
  left: { text: 'Left out by now', tone: 'quiet' },
};

export const keyText = (key: {
  readonly supplyGroupCode: string;
  readonly keyRevision: number;
  /** Null: each meter keeps its own. */
  readonly tariffIndex?: string | null | undefined;
}): string => {
  const index = key.tariffIndex == null ? '' : `, tariff index ${key.tariffIndex}`;
  return `${key.supplyGroupCode}, revision ${key.keyRevision}${index}`;
};

/** How far it is, 0 to 100: meters that need nothing more, of all. Rounded down. */
export function percentDone({ counts }: Pick<Campaign, 'counts'>): number {
  if (counts.total === 0) return 100;
  return Math.floor((100 * (counts.done + counts.left)) / counts.total);
}
