// The server's services, joined from their parts. The server, the seed and the simulation all start
// here.

import { type Sweep, sweepAllOnce } from '../base/sweeps.ts';
import { createEmergencyMails } from '../registry/approvals/index.ts';
import type { MeterPlace } from '../registry/connections/index.ts';
import { createInvitationLinks, createJoining } from '../registry/team/index.ts';
import type { Utility } from '../registry/utilities/index.ts';
import { createDeciding } from './deciding.ts';
import { createGround, type ServiceDeps } from './ground.ts';
import { createHearing } from './hearing.ts';
import { createHearingOfGateways } from './hearing-of-gateways.ts';
import { jobHandlers } from './jobs.ts';
import { createMetering } from './metering.ts';
import { createMoney, type Money } from './money.ts';
import { createReports } from './reports.ts';
import { upkeepSweeps } from './upkeep.ts';
import { createWorkflows, type Workflows } from './workflows.ts';

export type { ServiceDeps } from './ground.ts';

export type Services = ReturnType<typeof createServices>;

export function createServices(o: ServiceDeps) {
  const ground = createGround(o);
  // A token that was not delivered ends a command below and is a sale's or a grant's matter above;
  // and a rail says later what became of a refund, which is a workflow's: the two arrows between
  // parts that cannot follow the order in which they are made.
  const metering = createMetering(ground, {
    onTokenUnconfirmed: (tx, place: MeterPlace, tokenRef) =>
      money.tokenResults.tokenUnconfirmed(tx, place, tokenRef),
  });
  const money: Money = createMoney(ground, metering, {
    refundAnswered: (answerTo, said) => workflows.refundSending.answered(answerTo, said),
  });
  const workflows: Workflows = createWorkflows(ground, metering, money);
  const hearing = createHearing(ground, { metering, money, workflows });
  const approvals = createDeciding(ground, { metering, money, workflows, hearing });
  const reports = createReports(ground, money);
  const invitationLinks = createInvitationLinks(ground.masterKey);
  const parts = { ...metering, ...money, ...workflows, ...hearing, ...reports };
  const { database, clocks, newUuid, utilities, messages, auditLog, provider, webhooks } = ground;
  const tellOfEmergency = createEmergencyMails({
    ...{ database, hand: ground.mail.hand, publicUrl: ground.publicUrl },
    realNowMs: clocks.real.nowMs,
  });
  const sweeps: readonly Sweep<Utility>[] = upkeepSweeps(ground, {
    ...parts,
    messages,
    approvals,
    webhooks,
  });
  return {
    ...{ database, clocks, newUuid, utilities, messages, auditLog, approvals },
    ...parts,
    gateways: ground.gateways,
    phones: ground.phones,
    push: ground.push,
    integrations: ground.integrations,
    invitationLinks,
    joining: createJoining({ ...ground, links: invitationLinks }),
    webhooks,
    ...createHearingOfGateways(ground, money),
    providerLabel: provider.label,
    mail: ground.mail,
    jobs: jobHandlers(
      { ...parts, messages, mail: ground.mail, tellOfEmergency },
      // Loaded with the first: seeds and towns draw no pages.
      async (sale) => {
        const { createReceiptFile } = await import('../edge/consumer/index.ts');
        const { receiptLinks, tariffs } = money;
        return createReceiptFile({ ...ground, tariffs, receiptLinks })(sale);
      },
    ),
    sweeps,
    /** All sweeps now, one after the other, in the same order each time: for tests and towns. */
    upkeep: async (): Promise<void> => sweepAllOnce(sweeps, await utilities.list()),
  };
}
