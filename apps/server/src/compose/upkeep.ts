// What must happen now and then, and how often: due commands and payments, partitions ahead, the
// nightly proof and the rest. Paces are of real time; what a sweep decides hangs on business time.

import type { Sweep } from '../base/sweeps.ts';
import { dropOldMonths, prepareMonths } from '../metering/readings/index.ts';
import type { Approvals } from '../registry/approvals/index.ts';
import type { Utility } from '../registry/utilities/index.ts';
import type { Ground } from './ground.ts';
import type { Hearing } from './hearing.ts';
import type { Metering } from './metering.ts';
import type { Money } from './money.ts';
import type { Reports } from './reports.ts';
import type { Workflows } from './workflows.ts';

type Swept = Pick<Ground, 'messages' | 'webhooks'> &
  Pick<Metering, 'commands' | 'protection' | 'usage'> &
  Pick<
    Money,
    'keptNotifications' | 'payments' | 'meterTariffs' | 'grants' | 'tokenResults' | 'vending'
  > &
  Pick<Workflows, 'refundSending' | 'revenue' | 'topUps'> &
  Pick<Workflows, 'bankStatements' | 'forecasts' | 'imports' | 'landings' | 'wallets' | 'alerts'> &
  Pick<Workflows, 'streetLights'> &
  Pick<Hearing, 'safetyEnds' | 'installs'> &
  Pick<Reports, 'proof' | 'tokenLog'> & { readonly approvals: Approvals };

export type UtilitySweep = Sweep<Utility>;

const soon = { everyMs: 1_000, timeoutMs: 60_000 };
const unhurried = { everyMs: 5_000, timeoutMs: 60_000 };

const each = (
  [name, label]: readonly [name: string, label: string],
  pace: typeof soon,
  run: (utility: Utility, signal: AbortSignal) => Promise<unknown>,
): UtilitySweep => ({ of: 'each', name, label, ...pace, run });

export function upkeepSweeps(g: Ground, s: Swept): readonly UtilitySweep[] {
  return [
    each(['safetyCuts', 'ending cuts for safety whose time is over'], soon, ({ id }) =>
      s.safetyEnds.sweep(id),
    ),
    each(['tokenLog', 'giving what was written its place in the token log'], soon, ({ id }) =>
      s.tokenLog.sequence(id),
    ),
    each(['commands', 'sending due commands to meters'], soon, ({ id }) => s.commands.sweep(id)),
    each(['payments', 'asking the payment provider about open payments'], soon, ({ id }, signal) =>
      s.payments.checkOpen(id, signal),
    ),
    each(['salesForKeys', 'making tokens that waited for the key store'], soon, ({ id }) =>
      s.vending.resumeForKeys(id),
    ),
    each(['payerReceipts', 'texting receipts to who paid for another home'], unhurried, ({ id }) =>
      s.payments.tellPayers(id),
    ),
    each(['refunds', 'sending refunds back by the payment provider'], soon, ({ id }, signal) =>
      s.refundSending.sweep(id, signal),
    ),
    each(['bankStatements', 'taking the payments of bank statements'], soon, ({ id }, signal) =>
      s.bankStatements.sweep(id, signal),
    ),
    each(['proof', 'starting the nightly proof'], unhurried, s.proof.startNightly),
    each(['imports', 'taking up imports that stopped'], unhurried, ({ id }) => s.imports.sweep(id)),
    each(['approvals', 'ending approvals that nobody decided'], unhurried, ({ id }) =>
      s.approvals.sweep(id),
    ),
    each(['protection', 'telling meters the protection rules'], soon, s.protection.sweep),
    each(['meterTariffs', 'telling meters their tariffs'], soon, s.meterTariffs.sweep),
    each(['freeUnits', 'starting the free units of the month'], unhurried, s.grants.startFreeUnits),
    each(
      ['softLanding', 'limiting and releasing power before credit ends'],
      soon,
      s.landings.sweep,
    ),
    each(['tokens', 'sending token sets again that reached a meter in part'], soon, ({ id }) =>
      s.tokenResults.sweep(id),
    ),
    each(['usage', 'adding up use by day'], soon, ({ id }) => s.usage.roll(id)),
    each(['wallets', 'charging wallets for use and looking at their supply'], soon, ({ id }) =>
      s.wallets.sweep(id),
    ),
    each(['revenue', 'balancing the network and ranking homes'], soon, (utility, signal) =>
      s.revenue.sweep(utility, signal),
    ),
    each(['alerts', 'telling customers and finding silent meters'], soon, ({ id }) =>
      s.alerts.sweep(id),
    ),
    each(['topUps', 'keeping cards, asking for automatic top-ups'], unhurried, s.topUps.sweep),
    each(['forecasts', 'forecasting how long credit lasts'], soon, s.forecasts.sweep),
    each(
      ['messages', 'sending again by the next gateway what should have come'],
      unhurried,
      ({ id }) => s.messages.recheck(id),
    ),
    each(['webhooks', 'telling programs of others'], soon, ({ id }) => s.webhooks.sweep(id)),
    each(['streetLights', 'finding the level that is due of each lamp'], soon, (utility) =>
      s.streetLights.look(utility),
    ),
    each(
      ['oldNotifications', 'reading the references of notifications that came before'],
      unhurried,
      ({ id }) => readOldNotifications(s, id),
    ),
    each(['installs', 'ending steps of installations'], soon, ({ id }) => s.installs.sweep(id)),
    ...sweepsOfTheDay(g, s),
  ];
}

const readOldNotifications = ({ keptNotifications, payments }: Swept, utilityId: string) =>
  keptNotifications.readOld(utilityId, (row) =>
    payments.notificationTold(row.provider, (passwords) => {
      const { body: rawBody, headers, ...rest } = keptNotifications.rawOf(row, passwords);
      return { ...rest, rawBody, header: (name) => headers[name] };
    }),
  );

const sweepsOfTheDay = (g: Ground, s: Swept): readonly UtilitySweep[] => [
  each(
    ['partitions', 'making room for the readings of the months ahead'],
    unhurried,
    onceADay(g, (utility) => monthsOf(g, utility)),
  ),
  each(
    ['oldEvents', 'forgetting old events for programs of others, notifications and phones'],
    unhurried,
    onceADay(g, async ({ id }) => {
      await s.webhooks.forgetOld(id);
      await s.keptNotifications.forgetOld(id);
      await s.payments.forgetPhones(id);
    }),
  ),
];

/** Once a business day for each utility. */
function onceADay(
  { nowMs }: Ground,
  work: (utility: Utility) => Promise<unknown>,
): (utility: Utility) => Promise<void> {
  const doneFor = new Map<string, number>();
  return async (utility) => {
    const day = Math.floor(nowMs() / 86_400_000);
    if (doneFor.get(utility.id) === day) return;
    await work(utility);
    doneFor.set(utility.id, day);
  };
}

const monthsOf = ({ database, nowMs }: Ground, { id }: Utility): Promise<void> =>
  database.inUtility(id, async (tx) => {
    await prepareMonths(tx, nowMs());
    await dropOldMonths(tx);
  });
