// The customer's page of automatic top-ups. The form carries all of the rule, so that sending it
// again changes nothing.

import { pageRoutes, pathOf, type TopUpChange, type TopUpView, topUpChanges } from '@prewatt/api';
import { dayMs, formatAmount, idFromUuid, parseTypedAmount } from '@prewatt/quantities';
import { renderTopUp, type Voice } from '@prewatt/web/consumer';
import type { FastifyInstance } from 'fastify';
import { on } from '../../base/http/on.ts';
import { badRequest } from '../../base/http/problem.ts';
import { checkForm } from '../../registry/sign-in/index.ts';
import type { Utility } from '../../registry/utilities/index.ts';
import {
  forgetCard,
  mostDaysAhead,
  pause,
  type RuleRefusal,
  setRule,
  topUpOf,
  topUpRequests,
  turnOff,
  turnOn,
} from '../../workflows/top-ups/index.ts';
import { type PagesContext, type Scope, strict } from './pages.ts';
import { amountText } from './refusals.ts';

const pauseMs = 7 * dayMs;

type Typed = {
  readonly way: 'ask' | 'card';
  readonly days: string;
  readonly amount: string;
  readonly week: string;
};

export function topUpPages(app: FastifyInstance, o: PagesContext): void {
  const { canBeKept } = o.payments.cards;

  on(app, pageRoutes.topUp, async ({ request, reply, uuid, readQuery }) => {
    const id = uuid('id');
    const isSaved = readQuery().saved === '1';
    const { view, utility } = await o.onConnection(request, id, async (scope) => ({
      view: await viewOf(scope, { canBeKept, isSaved, problem: null, typed: null }),
      utility: scope.utility,
    }));
    return o.page(reply, renderTopUp(o.frame(request, reply, utility), view));
  });

  on(app, pageRoutes.changeTopUp, {
    ...strict,
    handler: async ({ request, reply, uuid }) => {
      const id = uuid('id');
      const form = checkForm(request, o.publicUrl);
      const typed: Typed = {
        way: form.way === 'card' ? 'card' : 'ask',
        days: (form.days ?? '').trim().slice(0, 20),
        amount: (form.amount ?? '').trim().slice(0, 20),
        week: (form.week ?? '').trim().slice(0, 20),
      };
      const { problem, view, utility } = await o.onConnection(request, id, async (scope) => {
        const change = topUpChanges.find((each) => each === form.change);
        if (change === undefined) throw badRequest('Press one of the buttons of the page.');
        const found = change === 'save' ? await save(scope, typed) : await turn(scope, change);
        const shown = { canBeKept, isSaved: false, problem: found, typed };
        return { problem: found, view: await viewOf(scope, shown), utility: scope.utility };
      });
      if (problem === null) {
        const to = pathOf(pageRoutes.topUp, { ...request.params, query: { saved: 1 } });
        return reply.redirect(to, 303);
      }
      return o.page(reply, renderTopUp(o.frame(request, reply, utility), view), 422);
    },
  });
}

/** What is wrong with the form; null: it is kept. */
async function save(scope: Scope, typed: Typed): Promise<string | null> {
  const { tx, connection, utility, nowMs, voice } = scope;
  const amount = parseTypedAmount(typed.amount, utility.currency);
  if (!amount.ok) return amountText(amount.error, utility, voice);
  const week = parseTypedAmount(typed.week, utility.currency);
  if (!week.ok) return amountText(week.error, utility, voice);
  const { card } = await topUpOf(tx, scope);
  const kept = await setRule(tx, {
    ...{ connection, utility, nowMs, hasCard: card !== null },
    wanted: {
      way: typed.way,
      daysAhead: /^\d{1,2}$/.test(typed.days) ? Number(typed.days) : 0,
      ...{ amountMinor: amount.value, mostAWeekMinor: week.value },
    },
  });
  return kept.ok ? null : ruleText(kept.error, utility, voice);
}

async function turn(
  { tx, connection, nowMs, voice }: Scope,
  change: Exclude<TopUpChange, 'save'>,
): Promise<string | null> {
  switch (change) {
    case 'on':
      return (await turnOn(tx, connection, nowMs)) ? null : voice.words.topUp.fillIn;
    case 'off':
      await turnOff(tx, connection, nowMs);
      return null;
    case 'pause':
      await pause(tx, connection, { untilMs: nowMs + pauseMs, nowMs });
      return null;
    case 'goOn':
      await pause(tx, connection, { untilMs: null, nowMs });
      return null;
    case 'forgetCard':
      await forgetCard(tx, connection, nowMs);
      return null;
  }
}

function ruleText(
  refusal: RuleRefusal,
  utility: Utility,
  { money, say, words: { said, topUp } }: Voice,
): string {
  switch (refusal) {
    case 'noPhone':
      return topUp.noPhone;
    case 'stopped':
      return topUp.officeStopped;
    case 'days':
      return say(topUp.daysBounds, { most: mostDaysAhead });
    case 'amount': {
      const least = money(utility.minimumPurchaseMinor.toString());
      return say(said.amountRange, { least, most: money(utility.maximumPurchaseMinor.toString()) });
    }
    case 'week':
      return topUp.weekTooLow;
    case 'noCard':
      return topUp.cardMissing;
  }
}

async function viewOf(
  scope: Scope,
  o: Pick<TopUpView, 'isSaved' | 'problem'> & {
    readonly canBeKept: boolean;
    /** As it was sent; null: what holds is shown. */
    readonly typed: Typed | null;
  },
): Promise<TopUpView> {
  const { connection, utility } = scope;
  const { rule, state, card, requests } = await topUpOf(scope.tx, scope);
  const isTyped = o.problem !== null && o.typed !== null && o.typed.amount !== '';
  const sum = (minor: bigint | undefined) =>
    minor === undefined ? '' : formatAmount(minor, utility.currency);
  return {
    connection: {
      connectionId: idFromUuid('connection', connection.connectionId),
      name: connection.name,
    },
    phone: connection.customerPhone,
    state,
    pausedUntilMs: state === 'paused' ? (rule?.pausedUntilMs ?? null) : null,
    stopReason: rule?.stopped?.reason ?? null,
    way: isTyped ? (o.typed?.way ?? 'ask') : (rule?.way ?? 'ask'),
    daysAhead: isTyped ? (o.typed?.days ?? '') : String(rule?.daysAhead ?? 2),
    amount: isTyped ? (o.typed?.amount ?? '') : sum(rule?.amountMinor),
    mostAWeek: isTyped ? (o.typed?.week ?? '') : sum(rule?.mostAWeekMinor),
    minimumMinor: utility.minimumPurchaseMinor.toString(),
    maximumMinor: utility.maximumPurchaseMinor.toString(),
    card: card?.label ?? null,
    canKeepCard: o.canBeKept,
    requests: topUpRequests(requests, { zone: utility.zone, language: scope.voice.language }),
    problem: o.problem,
    isSaved: o.isSaved,
  };
}
