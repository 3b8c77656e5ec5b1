// The public face of the head-end: commands out, messages in, the broker and the link between them.

export { type Authorities, createAuthorities } from './authorities.ts';
export { type Broker, createBroker } from './broker.ts';
export { createCertificateBook, endCertificates } from './certificates.ts';
export { type Certified, type Certifying, createCertifying } from './certifying.ts';
export { type Commands, createCommands, type NewCommand, type Transport } from './commands.ts';
export { saidControlMode } from './control-mode.ts';
export {
  type Credentials,
  createCredentials,
  type IdentityKind,
  identityKinds,
} from './credentials.ts';
export { problemOfSend, type SendRefusal } from './errors.ts';
export { endHold, holdAnswer, type SupplyHold, supplyHoldOf } from './holds.ts';
export {
  failedRenewals,
  hasLink,
  type IdentityQuery,
  identityPage,
  identityTables,
} from './identities.ts';
export {
  createIngest,
  type Ingest,
  type IngestDeps,
  type IngestSinks,
} from './ingest.ts';
export { createLinkRefusals, type LinkRefusals } from './link-refusals.ts';
export { createLinks, type Links } from './links.ts';
export { createMqttLink, headendName, type MqttLink } from './mqtt-link.ts';
export { type CommandOutbox, createCommandOutbox } from './outbox.ts';
export type { MeterReport, RegisterPoint } from './points.ts';
export { createProvisioning, linkSecretOf, type Provisioning } from './provisioning.ts';
export type { SaidEvent, TokenResult } from './said.ts';
export { type Asker, createSending, type Sending } from './send.ts';
export { lockMeter } from './superseding.ts';
export { ensureOwnCertificate, type TlsFiles } from './tls.ts';
export { certificatePem } from './x509.ts';
