// The server's modules put together, with everything that has effects handed in: the database,
// clocks, randomness, the provider, the message gateway and the way to meters. The server, the seed
// and the simulation all start here.

import type { RandomBytes } from '@prewatt/quantities';
import type { Database, Tx } from '../base/database.ts';
import { eachInTurn } from '../base/each-in-turn.ts';
import { createNewUuid, type NewUuid } from '../base/ids.ts';
import type { Jobs } from '../base/jobs.ts';
import type { Log } from '../base/log.ts';
import type { Clocks } from '../base/time.ts';
import { createMessages, type Messages, type SmsGateway } from '../messaging/messages/index.ts';
import {
  type Authorities,
  type Certifying,
  type Commands,
  type Credentials,
  createAuthorities,
  createCertificateBook,
  createCertifying,
  createCommands,
  createCredentials,
  createIngest,
  createLinkRefusals,
  createLinks,
  createProvisioning,
  createSafetyEnds,
  createSending,
  type IdentityKind,
  type Ingest,
  type LinkRefusals,
  type Links,
  linkSecretOf,
  type Provisioning,
  type Sending,
  safetyCutAct,
  type Transport,
} from '../metering/headend/index.ts';
import { createProtection, createRulesAct, type Protection } from '../metering/protection/index.ts';
import {
  busiestDayWh,
  createUsage,
  dropOldMonths,
  isReadSince,
  lastGoodReading,
  maximumW,
  newestReading,
  prepareMonths,
  readRegister,
  recordContacts,
  recordStates,
  type Usage,
  validSpans,
} from '../metering/readings/index.ts';
import { createGrants, type Grants, grantTokensAct } from '../money/grants/index.ts';
import {
  createKeyLoading,
  createKeys,
  type KeyLoading,
  vendingKeyLoadAct,
} from '../money/keys/index.ts';
import { createPayments, type PaymentProvider, type Payments } from '../money/payments/index.ts';
import {
  type Assignments,
  type BackTests,
  type BulkAssignments,
  createAssignments,
  createBackTests,
  createBulkAssignments,
  createMeterTariff,
  createMeterTelling,
  createTariffChanges,
  createTariffs,
  type MeterTelling,
  noteMoneyMeters,
  type TariffChanges,
  type Tariffs,
  tariffAssignmentAct,
  tariffChangeAct,
} from '../money/tariffs/index.ts';
import { createTokenResults } from '../money/tokens/index.ts';
import { createQuoting, createVending, type Vending } from '../money/vending/index.ts';
import { createVendors, type Vendors } from '../money/vendors/index.ts';
import { type Approvals, createApprovals } from '../registry/approvals/index.ts';
import { type Acts, createActs } from '../registry/audit-log/index.ts';
import { controlLimitsAct } from '../registry/limits/index.ts';
import { createUtilities, type Utilities, type Utility } from '../registry/utilities/index.ts';
import { createExports, type Exports } from '../reports/exports/index.ts';
import { createProof, type Proof } from '../reports/proof/index.ts';
import { createReconciliation, type Reconciliation } from '../reports/reconciliation/index.ts';
import { createAlerts, mayBeToldOfLow } from '../workflows/alerts/index.ts';
import {
  correctionActs,
  insertDebtRow,
  meterExchangeAct,
  takenAfterReversal,
} from '../workflows/corrections/index.ts';
import { createImports, type Imports } from '../workflows/imports/index.ts';
import { createInstalls, type Installs } from '../workflows/installs/index.ts';
import { createKeyChanges, type KeyChanges } from '../workflows/key-changes/index.ts';
import {
  createSoftLanding,
  type Landings,
  liftByGrant,
  liftBySales,
} from '../workflows/soft-landing/index.ts';
import {
  createWallets,
  creditModeAct,
  giveToWallet,
  type Wallets,
} from '../workflows/wallet/index.ts';

export type ServiceDeps = {
  readonly database: Database;
  readonly clocks: Clocks;
  readonly random: RandomBytes;
  readonly provider: PaymentProvider;
  readonly gateway: SmsGateway;
  readonly transport: Transport;
  /** 32 bytes. */
  readonly masterKey: Buffer;
  readonly publicUrl: string;
  /** How meters prove themselves. */
  readonly identity?: Partial<MeterIdentity>;
  /** Meter messages stored at once; 4 by default. */
  readonly parallelMessages?: number;
  /** How long sales and payments wait for company; 25 by default, null for as long as it takes. */
  readonly batchWaitMs?: number | null;
  readonly log: Log;
};

export type MeterIdentity = {
  readonly accepts: IdentityKind;
  readonly certificateDays: number;
  /** The broker is in this process, and tells who came with which certificate. */
  readonly brokerTellsUse: boolean;
};
const usualIdentity: MeterIdentity = {
  accepts: 'both',
  certificateDays: 730,
  brokerTellsUse: true,
};

export type Services = {
  readonly database: Database;
  readonly clocks: Clocks;
  readonly newUuid: NewUuid;
  readonly utilities: Utilities;
  readonly vending: Vending;
  readonly payments: Payments;
  readonly vendors: Vendors;
  readonly providerLabel: string;
  readonly commands: Commands;
  readonly sending: Sending;
  readonly links: Links;
  readonly provisioning: Provisioning;
  readonly certifying: Certifying;
  readonly meterAuthorities: Authorities;
  readonly linkRefusals: LinkRefusals;
  readonly mayConnect: Credentials;
  readonly ingest: Ingest;
  readonly messages: Messages;
  readonly proof: Proof;
  readonly reconciliation: Reconciliation;
  readonly approvals: Approvals;
  readonly tariffs: Tariffs;
  readonly tariffChanges: TariffChanges;
  readonly acts: Acts;
  readonly backTests: BackTests;
  readonly tariffAssignments: Assignments;
  readonly bulkAssignments: BulkAssignments;
  readonly meterTariffs: MeterTelling;
  readonly protection: Protection;
  readonly wallets: Wallets;
  readonly grants: Grants;
  readonly landings: Landings;
  readonly keyLoading: KeyLoading;
  readonly installs: Installs;
  readonly keyChanges: KeyChanges;
  readonly imports: Imports;
  readonly exports: Exports;
  readonly jobs: { readonly [K in keyof Jobs]: (payload: Jobs[K]) => Promise<void> };
  /**
   * What must happen now and then: due commands and payments, partitions ahead, the nightly
   * proof. Safe from many processes.
   */
  readonly upkeep: () => Promise<void>;
};

export function createServices(o: ServiceDeps): Services {
  const { database, clocks, log } = o;
  const newUuid = createNewUuid(clocks.business, o.random);
  const batchWaitMs = o.batchWaitMs === undefined ? 25 : o.batchWaitMs;
  const utilities = createUtilities(database);
  const keys = createKeys({ masterKey: o.masterKey });
  const messages = createMessages({ database, gateway: o.gateway, clocks, newUuid });
  const tariffs = createTariffs();
  const alerts = createAlerts({
    database,
    messages,
    utilities,
    tariffs,
    newUuid,
    nowMs: clocks.business.nowMs,
    realNowMs: clocks.real.nowMs,
    publicUrl: o.publicUrl,
  });
  const commands = createCommands({
    database,
    transport: o.transport,
    clocks,
    newUuid,
    parallel: o.parallelMessages ?? 8,
    linkSecret: (meter) => linkSecretOf(o.masterKey, meter),
    onTokenUnconfirmed: (tx, place, tokenRef) => results.tokenUnconfirmed(tx, place, tokenRef),
  });
  const nowMs = clocks.business.nowMs;
  const modeDeps = {
    ...{ commands, tariffs, utilities, newUuid, nowMs },
    register: { lastGood: lastGoodReading, busiestDayWh, maximumW },
    recordReadings: ((tx, reports, atMs) => usage.record(tx, reports, atMs)) as Usage['record'],
  };
  const wallets = createWallets({
    ...modeDeps,
    database,
    readUse: validSpans,
    isReadSince,
    openDebt: (tx, debt) => insertDebtRow(tx, { newUuid, nowMs }, debt),
    vending: () => vending,
    onReview: alerts.walletReview,
  });
  const vending: Vending = createVending({
    database,
    utilities,
    quoting: createQuoting(tariffs),
    keys,
    commands,
    messages,
    clocks,
    newUuid,
    random: o.random,
    walletsCredited: wallets.credited,
    landingsLifted: liftBySales,
    takenAfterReversal: (tx, place, saleId) =>
      takenAfterReversal(tx, { newUuid, nowMs: clocks.business.nowMs }, { place, saleId }),
  });
  const payments = createPayments({
    database,
    utilities,
    vending,
    provider: o.provider,
    publicUrl: o.publicUrl,
    ...{ clocks, newUuid, batchWaitMs },
  });
  const grantDeps = {
    database,
    utilities,
    tariffs,
    keys,
    commands,
    messages,
    clocks,
    newUuid,
    random: o.random,
    landingOver: liftByGrant,
    giveToWallet: (tx: Tx, given: Parameters<typeof giveToWallet>[2]) =>
      giveToWallet(tx, modeDeps, given),
  };
  const loadingDeps = { masterKey: o.masterKey, clocks, newUuid };
  const approvals = createApprovals({
    database,
    clocks,
    newUuid,
    masterKey: o.masterKey,
    acts: {
      safetyCut: safetyCutAct(() => ({ sending, utilities })),
      controlLimits: controlLimitsAct({ utilities, clocks }),
      grantTokens: grantTokensAct(grantDeps),
      vendingKeyLoad: vendingKeyLoadAct(loadingDeps),
      protectionRules: createRulesAct({ clocks, utilities }),
      creditMode: creditModeAct(() => modeDeps),
      tariffChange: tariffChangeAct({ utilities, changes: () => tariffChanges }),
      tariffAssignment: tariffAssignmentAct({
        ...{ utilities, nowMs: clocks.business.nowMs },
        many: () => bulkAssignments,
      }),
      meterExchange: meterExchangeAct(() => ({
        ...{ grants, utilities },
        commands,
        recordReadings: usage.record,
        newUuid,
        nowMs: clocks.business.nowMs,
      })),
      ...correctionActs(() => ({
        utilities,
        commands,
        messages,
        vending,
        newUuid,
        nowMs: clocks.business.nowMs,
      })),
    },
  });
  const meterTariffs = createMeterTelling({ database, utilities, tariffs, commands, clocks });
  const tariffDeps = { database, utilities, tariffs, clocks, newUuid, telling: meterTariffs };
  const tariffChanges = createTariffChanges({ ...tariffDeps, approvals });
  const backTests = createBackTests(tariffDeps);
  const bulkAssignments = createBulkAssignments({ ...tariffDeps, approvals });
  const protection = createProtection({
    database,
    utilities,
    clocks,
    newUuid,
    readRegister,
    commands,
  });
  const grants = createGrants({ ...grantDeps, approvals });
  const landings = createSoftLanding({
    ...{ database, grants, messages, newUuid, nowMs, log },
    mayBeTold: mayBeToldOfLow,
  });
  const keyChanges = createKeyChanges({ database, grants, clocks, newUuid });
  const results = createTokenResults({
    database,
    clocks,
    commands,
    followers: { sale: vending.tokens, grant: grants.tokens },
  });
  const { masterKey, transport } = o;
  const { accepts, certificateDays, brokerTellsUse } = { ...usualIdentity, ...o.identity };
  const meterAuthorities = createAuthorities({ clocks, masterKey });
  const certificates = createCertificateBook({
    authorities: meterAuthorities,
    clocks,
    validDays: certificateDays,
  });
  const certifying = createCertifying({
    ...{ database, certificates, commands, transport, clocks, brokerTellsUse, accepts },
  });
  const provisioning = createProvisioning({
    ...{ database, commands, clocks, masterKey, certificates, log },
  });
  const linkRefusals = createLinkRefusals({ database, clocks, log });
  const usage = createUsage({ database, utilities, clocks, onRolled: wallets.daysRolled });
  const ingest = createIngest({
    database,
    transport: o.transport,
    commands,
    linkSaid: certifying.linkSaid,
    sinks: {
      states: async (tx, reports, receivedAtMs) => {
        await recordStates(tx, reports, receivedAtMs);
        const inMoney = reports.filter(({ state }) => state.money !== undefined);
        await noteMoneyMeters(
          tx,
          inMoney.map(({ place }) => place),
        );
      },
      contacts: recordContacts,
      readings: usage.record,
      tokenResults: results.tokenResults,
      meterEvents: async (tx, said) => {
        await alerts.meterEvents(tx, said);
        await wallets.meterEvents(tx, said);
      },
    },
    clocks,
    parallel: o.parallelMessages ?? 4,
    log,
  });
  const tariffOf = createMeterTariff({ tariffs, utilities, nowMs: clocks.business.nowMs });
  const proof = createProof({
    ...{ database, keys, clocks, newUuid, log },
    masterKey: o.masterKey,
  });
  const imports = createImports({ database, utilities, clocks, newUuid });
  const { released: onReleased } = wallets;
  const sending = createSending({
    ...{ commands, clocks, utilities, tariffOf, onReleased, onTariffSent: meterTariffs.sentByHand },
    homeOf: protection.homeOf,
  });
  const safetyEnds = createSafetyEnds({ database, commands, clocks, onReleased });
  const installs = createInstalls({
    ...{ database, utilities, commands, sending, provisioning, grants, approvals, newUuid, nowMs },
    ...{ certifying, linkAccepts: accepts },
    tokenTaken: results.tokenResult,
    lastReading: newestReading,
  });
  /** The day for which each utility's months were prepared. */
  const preparedForDay = new Map<string, number>();
  return {
    database,
    clocks,
    newUuid,
    utilities,
    vending,
    payments,
    vendors: createVendors({
      ...{ database, utilities, vending, clocks, newUuid },
      ...{ masterKey: o.masterKey, batchWaitMs },
    }),
    providerLabel: o.provider.label,
    commands,
    sending,
    links: createLinks({ database, commands, clocks, log }),
    provisioning,
    certifying,
    meterAuthorities,
    linkRefusals,
    mayConnect: createCredentials({
      database,
      clocks,
      accepts,
      onNextUsed: provisioning.nextUsed,
      onCertificateUsed: certifying.used,
      onRefused: linkRefusals.refused,
      onClaimed: provisioning.claimed,
    }),
    ingest,
    messages,
    proof,
    reconciliation: createReconciliation({
      database,
      utilities,
      clocks,
      newUuid,
      providerName: o.provider.name,
    }),
    approvals,
    tariffs,
    tariffChanges,
    acts: createActs({ newUuid, nowMs: clocks.business.nowMs }),
    backTests,
    tariffAssignments: createAssignments(tariffDeps),
    bulkAssignments,
    meterTariffs,
    protection,
    wallets,
    grants,
    landings,
    installs,
    keyLoading: createKeyLoading({ ...loadingDeps, approvals }),
    keyChanges,
    imports,
    exports: createExports({ database, utilities }),
    jobs: {
      sendMessages: messages.send,
      sendMessage: ({ utilityId, bucket, messageId: id }) =>
        messages.send({ utilityId, messages: [{ bucket, id }] }),
      runProof: proof.run,
      importChunk: imports.runChunk,
      replayChunk: protection.replays.runChunk,
      runBackTest: backTests.run,
      assignTariffs: bulkAssignments.run,
      issueGrants: grants.runBatch,
      freeUnits: grants.runFreeUnits,
      beginCampaign: keyChanges.runBegin,
      deliverKeyChanges: keyChanges.runDelivery,
    },
    upkeep: async () => {
      const day = Math.floor(clocks.business.nowMs() / 86_400_000);
      const prepare = async ({ id }: Utility): Promise<void> => {
        if (preparedForDay.get(id) === day) return;
        await database.inUtility(id, async (tx) => {
          await prepareMonths(tx, clocks.business.nowMs());
          await dropOldMonths(tx, clocks.business.nowMs());
        });
        preparedForDay.set(id, day);
      };
      await eachInTurn(await utilities.list(), [
        ({ id }) => safetyEnds.sweep(id),
        ({ id }) => commands.sweep(id),
        ({ id }) => payments.checkOpen(id),
        (utility) => proof.startNightly(utility),
        ({ id }) => imports.sweep(id),
        ({ id }) => approvals.sweep(id),
        (utility) => protection.sweep(utility),
        (utility) => meterTariffs.sweep(utility),
        (utility) => grants.startFreeUnits(utility),
        (utility) => landings.sweep(utility),
        ({ id }) => results.sweep(id),
        ({ id }) => usage.roll(id),
        ({ id }) => wallets.sweep(id),
        ({ id }) => alerts.sweep(id),
        ({ id }) => installs.sweep(id),
        prepare,
      ]);
    },
  };
}
