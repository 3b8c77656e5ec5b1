// The public face of the head-end: commands out, messages in, the broker and the link between them.

export { type Broker, createBroker } from './broker/broker.ts';
export { brokerFault, createMqttLink, headendName, type MqttLink } from './broker/mqtt-link.ts';
export { createMqttLinks } from './broker/mqtt-links.ts';
export { ensureOwnCertificate, type TlsFiles } from './broker/tls.ts';
export { commandLife } from './commands/command-life.ts';
export type { CommandDeps, Commands, NewCommand, Transport } from './commands/command-types.ts';
export { createCommands } from './commands/commands.ts';
export { saidControlMode } from './commands/control-mode.ts';
export { problemOfSend, type SendRefusal } from './commands/errors.ts';
export {
  endHold,
  type HeldHome,
  heldHomes,
  holdAnswer,
  type SupplyHold,
  supplyHoldOf,
} from './commands/holds.ts';
export { openModeChange } from './commands/mode-change.ts';
export { type CommandOutbox, createCommandOutbox } from './commands/outbox.ts';
export {
  createSafetyEnds,
  safetyCutCount,
  safetyCutsAlone,
  safetyCutsOf,
} from './commands/safety.ts';
export { safetyCutApproval, safetyCutPayload } from './commands/safety-approval.ts';
export { type Asker, createSending, leastPowerW, type Sending } from './commands/send.ts';
export { lockMeter } from './commands/superseding.ts';
export { type Authorities, createAuthorities } from './credentials/authorities.ts';
export { createCertificateBook, endCertificates } from './credentials/certificates.ts';
export { type Certified, type Certifying, createCertifying } from './credentials/certifying.ts';
export {
  type Credentials,
  createCredentials,
  type IdentityKind,
  identityKinds,
} from './credentials/credentials.ts';
export {
  failedRenewals,
  hasLink,
  type IdentityQuery,
  identityPage,
  identityTables,
} from './credentials/identities.ts';
export {
  type LinkRequest,
  linkChangeOf,
  lockMeterRow,
  recordAskedLinkChange,
  recordLinkChange,
} from './credentials/link-audit.ts';
export { createLinkRefusals, type LinkRefusals } from './credentials/link-refusals.ts';
export { createLinks, type Links } from './credentials/links.ts';
export { createProvisioning, linkSecretOf, type Provisioning } from './credentials/provisioning.ts';
export { sealedAuthorities } from './credentials/sealed-authorities.ts';
export { certificatePem } from './credentials/x509.ts';
export type { MeterReport, RegisterPoint } from './ingest/extract-readings.ts';
export {
  createIngest,
  type Ingest,
  type IngestDeps,
  type IngestSinks,
} from './ingest/ingest.ts';
export { type MeterStateRow, recordContacts, saveMeterStates } from './ingest/meter-states.ts';
export type { SaidEvent, TokenResult } from './ingest/store-events.ts';
export { workLimits } from './ingest/work-budget.ts';
