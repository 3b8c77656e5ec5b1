// An automatic top-up as people see it: the customer and the operators.

import type { TopUpAnswer, TopUpState, TopUpView } from '@prewatt/api';
import type { Tx } from '../../base/database.ts';
import { cardOf, type KeptCard } from '../../money/kept-cards/index.ts';
import type { Connection } from '../../registry/connections/index.ts';
import type { Utility } from '../../registry/utilities/index.ts';
import type { TopUpRule } from './due.ts';
import { requestsOf, type TopUpRequest } from './requests.ts';
import { ruleOf } from './rules.ts';
import { reasonText } from './words.ts';

const requestsShown = 10;

type Standing = {
  readonly rule: TopUpRule | null;
  readonly state: TopUpState;
  readonly card: KeptCard | null;
  readonly requests: readonly TopUpRequest[];
};

/** How it stands for the phone that has the home: of another phone's rule nothing counts. */
export async function topUpOf(
  tx: Tx,
  { connection, nowMs }: { readonly connection: Connection; readonly nowMs: number },
): Promise<Standing> {
  const found = await ruleOf(tx, connection);
  const card = await cardOf(tx, connection);
  const isOwn = (phone: string) => phone === connection.customerPhone;
  const rule = found !== null && (isOwn(found.phone) || found.stopped !== null) ? found : null;
  return {
    rule,
    state: stateOf(rule, { nowMs, isOwn: rule !== null && isOwn(rule.phone) }),
    card: card !== null && isOwn(card.phone) ? card : null,
    requests: await requestsOf(tx, connection, requestsShown),
  };
}

function stateOf(
  rule: TopUpRule | null,
  { nowMs, isOwn }: { readonly nowMs: number; readonly isOwn: boolean },
): TopUpState {
  if (rule === null) return 'never';
  if (rule.stopped !== null) return 'stopped';
  if (!rule.isOn || !isOwn) return 'off';
  return rule.pausedUntilMs !== null && rule.pausedUntilMs > nowMs ? 'paused' : 'on';
}

export function topUpRequests(
  requests: readonly TopUpRequest[],
  { zone, language }: { readonly zone: string; readonly language: string },
): TopUpView['requests'] {
  return requests.map(({ begunAtMs, amountMinor, way, outcome, ...why }) => ({
    ...{ atMs: begunAtMs, amountMinor: amountMinor.toString(), way },
    reason: reasonText({ ...why, begunAtMs, zone, language }),
    outcome: outcome ?? 'open',
  }));
}

const instantOf = (ms: number | null | undefined): string | null =>
  ms == null ? null : new Date(ms).toISOString();

export async function topUpAnswer(
  tx: Tx,
  o: { readonly connection: Connection; readonly utility: Utility; readonly nowMs: number },
): Promise<TopUpAnswer> {
  const { rule, state, card, requests } = await topUpOf(tx, o);
  return {
    state,
    way: rule?.way ?? null,
    daysAhead: rule?.daysAhead ?? null,
    amountMinor: rule?.amountMinor.toString() ?? null,
    mostAWeekMinor: rule?.mostAWeekMinor.toString() ?? null,
    pausedUntil: state === 'paused' ? instantOf(rule?.pausedUntilMs) : null,
    stoppedAt: instantOf(rule?.stopped?.atMs),
    stopReason: rule?.stopped?.reason ?? null,
    card: card?.label ?? null,
    requests: topUpRequests(requests, { zone: o.utility.zone, language: 'en' }).map(
      ({ atMs, ...request }) => ({
        at: new Date(atMs).toISOString(),
        ...request,
      }),
    ),
  };
}
