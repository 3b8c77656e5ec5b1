// The head-end's services, readings and protection. What hears meters is made later, in hearing.ts:
// it hands on to money and workflows.

import { createDriverLinks } from '../metering/drivers/index.ts';
import {
  type CommandDeps,
  createAuthorities,
  createCertificateBook,
  createCertifying,
  createCommands,
  createCredentials,
  createLinkRefusals,
  createLinks,
  createProvisioning,
  linkSecretOf,
} from '../metering/headend/index.ts';
import { createProtection } from '../metering/protection/index.ts';
import { createUsage, readRegister } from '../metering/readings/index.ts';
import { digitsOfToken, saleOfToken, topUpsBetween } from '../money/tokens/index.ts';
import { hasBoughtSince, purchasesUpTo, salesBetween } from '../money/vending/index.ts';
import { markStale, walletPast, walletsWithoutCredit } from '../workflows/wallet/index.ts';
import type { Ground } from './ground.ts';

export type Metering = ReturnType<typeof createMetering>;

export function createMetering(g: Ground, o: Pick<CommandDeps, 'onTokenUnconfirmed'>) {
  const { database, utilities, clocks, newUuid, log } = g;
  const commands = createCommands({
    ...{ database, clocks, newUuid },
    transport: g.transport,
    parallel: g.parallelMessages ?? 8,
    linkSecret: (meter) => linkSecretOf(g.masterKey, meter),
    ...{ digitsOfToken, saleOfToken, tracing: g.tracing },
    onTokenUnconfirmed: o.onTokenUnconfirmed,
  });
  return {
    commands,
    links: createLinks({ database, commands, clocks, log }),
    ...createIdentities(g, commands),
    usage: createUsage({ database, utilities, clocks, onRolled: markStale }),
    protection: createProtection({
      ...{ database, utilities, clocks, newUuid, commands },
      readRegister,
      topUpsBetween,
      walletPast,
      queries: { purchasesUpTo, hasBoughtSince, salesBetween, walletsWithoutCredit },
    }),
  };
}

/** How meters get what they prove themselves with, and who of them may connect. */
function createIdentities(g: Ground, commands: ReturnType<typeof createCommands>) {
  const { database, clocks, masterKey, transport, auditLog, log } = g;
  const { accepts, certificateDays: validDays, brokerTellsUse } = g.identity;
  const meterAuthorities = createAuthorities({ clocks, masterKey });
  const certificates = createCertificateBook({ authorities: meterAuthorities, clocks, validDays });
  const certifying = createCertifying({
    ...{ database, certificates, commands, transport, clocks, brokerTellsUse, accepts, auditLog },
  });
  const provisioning = createProvisioning({
    ...{ database, commands, clocks, masterKey, certificates, auditLog, log },
  });
  const linkRefusals = createLinkRefusals({ database, clocks, log });
  const mayConnect = createCredentials({
    ...{ database, clocks, accepts },
    onNextUsed: provisioning.nextUsed,
    onCertificateUsed: certifying.used,
    onRefused: linkRefusals.refused,
    onClaimed: provisioning.claimed,
  });
  const driverLinks = createDriverLinks({ clocks, masterKey, auditLog });
  return { meterAuthorities, certifying, provisioning, linkRefusals, mayConnect, driverLinks };
}
