// What waits on the attention list, in one line for the overview: each kind that counts is named.

import type { Overview } from '@prewatt/api';
import { countText } from '@prewatt/quantities';

type Parts = Overview['attentionParts'];

/** In the order of the page. */
const words: Readonly<Record<keyof Parts, (count: number) => string>> = {
  sales: (n) => `${countText(n, 'sale')} paid and not in the meter, or named by the proof`,
  proof: () => 'the last proof failed',
  emergencies: (n) => `${countText(n, 'act')} of one person alone to review`,
  safetyCuts: (n) => countText(n, 'cut for safety', 'cuts for safety'),
  upkeep: (n) => `${countText(n, 'thing')} that the server needs ${n === 1 ? 'fails' : 'fail'}`,
  keys: (n) => `${countText(n, 'vending key')} near the end`,
  budgets: (n) => `${countText(n, 'budget')} nearly used`,
  tickets: (n) => countText(n, 'overdue ticket'),
  grants: (n) => `${countText(n, 'free token')} refused or not confirmed`,
  meters: (n) => `${countText(n, 'alert')} of meters`,
  installs: (n) => countText(n, 'install job'),
  refunds: (n) => `${countText(n, 'refund')} to pay`,
  unallocated: (n) => countText(n, 'sum that no sale got', 'sums that no sale got'),
  notifications: (n) => `${countText(n, 'notification')} of payments not understood`,
};

export const nothingWaits: Parts = {
  ...{ sales: 0, proof: 0, emergencies: 0, safetyCuts: 0, upkeep: 0, keys: 0, budgets: 0 },
  ...{ tickets: 0, grants: 0, meters: 0, installs: 0, refunds: 0, unallocated: 0 },
  notifications: 0,
};

/** The overview's tile has room for this many; the list has them all. */
const named = 3;

export function attentionText(parts: Parts): string {
  const keys = (Object.keys(words) as (keyof Parts)[]).filter((key) => parts[key] > 0);
  if (keys.length === 0) return 'No paid sale is stuck or waits at a home that is off';
  const said = keys.slice(0, named).map((key) => words[key](parts[key]));
  const others = keys.slice(named).reduce((sum, key) => sum + parts[key], 0);
  return [...said, ...(others === 0 ? [] : [countText(others, 'other matter')])].join('; ');
}
