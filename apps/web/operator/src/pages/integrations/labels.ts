// States of integrations, endpoints and deliveries as text, and when a key was last used.

import type { Delivery, Integration, WebhookEndpoint } from '@prewatt/api';
import type { Label } from '../../text/labels.ts';

export function integrationLabel(row: Pick<Integration, 'revokedAt' | 'keys'>): Label {
  if (row.revokedAt !== null) return { text: 'Revoked', tone: 'quiet' };
  const opens = row.keys.some(({ state }) => state === 'opens');
  return opens ? { text: 'Reads', tone: 'good' } : { text: 'Its keys have ended', tone: 'warn' };
}

/** By any of its keys; null while none was used. */
export const lastUseOf = (row: Pick<Integration, 'keys'>): string | null =>
  row.keys
    .flatMap(({ lastUsedAt }) => lastUsedAt ?? [])
    .sort()
    .at(-1) ?? null;

export function endpointLabel(row: Pick<WebhookEndpoint, 'state' | 'offReason'>): Label {
  if (row.state === 'on') return { text: 'On', tone: 'good' };
  if (row.offReason === 'gone') return { text: 'Off: it answered 410, gone', tone: 'bad' };
  return { text: 'Off', tone: 'quiet' };
}

export function deliveryLabel(row: Pick<Delivery, 'state' | 'attempts'>): Label {
  if (row.state === 'delivered') return { text: 'Delivered', tone: 'good' };
  if (row.state === 'failed') return { text: 'Given up', tone: 'bad' };
  return row.attempts === 0
    ? { text: 'Waiting', tone: 'quiet' }
    : { text: 'Tried again', tone: 'warn' };
}

const faultTexts: Record<NonNullable<Delivery['fault']>, string> = {
  timeout: 'no answer in time',
  notPublic: 'leads to a private address, not called',
  unreachable: 'cannot be reached',
};

/** "503 in 40 ms, attempt 2" */
export function deliveryText(
  row: Pick<Delivery, 'status' | 'fault' | 'tookMs' | 'attempts'>,
): string {
  if (row.status === null && row.fault === null) return 'None yet';
  const what = row.fault === null ? String(row.status) : faultTexts[row.fault];
  return `${what} in ${row.tookMs ?? 0} ms, attempt ${row.attempts}`;
}
