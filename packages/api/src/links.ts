// The identity of a meter on the wire, as operators see and change it.

import { z } from 'zod';
import { instantSchema } from './common.ts';

const asked = {
  requestId: z.string().min(8).max(100),
  reason: z.string().trim().min(5).max(500),
};

export const linkActs = [
  'claimed',
  'paired',
  'rotationAsked',
  'rotated',
  'revoked',
  'certified',
  'renewed',
  'driverLinked',
  'driverEnded',
  'driverKeysAsked',
  'driverKeysChanged',
] as const;

export const linkRefusals = [
  'wrongSecret',
  'linkRevoked',
  'certificateNeeded',
  'certificateForeign',
  'certificateRevoked',
  'certificateReplaced',
  'certificateExpired',
  'certificateNotYetValid',
  'meterRetired',
] as const;

const certificateSchema = z.object({
  serial: z.string(),
  /** `waiting`: for its first use; what the meter had before works until then. */
  state: z.enum(['waiting', 'inUse', 'expired', 'replaced', 'revoked']),
  /** A request was brought, the key was made here, or the meter asked by itself. */
  origin: z.enum(['request', 'made', 'renewal']),
  issuedAt: instantSchema,
  validFrom: instantSchema,
  validUntil: instantSchema,
  firstUsedAt: instantSchema.nullable(),
  endedAt: instantSchema.nullable(),
});

/** GET /api/operator/connections/:id/link */
export const linkViewSchema = z.object({
  meterPan: z.string(),
  /**
   * How the meter proves who it is. `none`: it has no link. `nothingYet`: what it had was revoked,
   * and the certificate that it is to have waits for its first use. `driver`: another driver than
   * MQTT has it.
   */
  kind: z.enum(['none', 'secret', 'certificate', 'nothingYet', 'driver']),
  /** Null: the meter has never said. */
  up: z.boolean().nullable(),
  since: instantSchema.nullable(),
  lastSeenAt: instantSchema.nullable(),
  revoked: z.boolean(),
  /** A new secret or certificate is on its way; the old one works until it is used. */
  rotating: z.boolean(),
  /** The newest first, at most 20. */
  certificates: z.array(certificateSchema),
  /** Who was turned away in this meter's name, once for each reason. */
  refusals: z.array(
    z.object({
      reason: z.enum(linkRefusals),
      times: z.number().int(),
      /** Of the certificate that was shown last. */
      serial: z.string().nullable(),
      firstAt: instantSchema,
      lastAt: instantSchema,
    }),
  ),
  history: z.array(
    z.object({
      act: z.enum(linkActs),
      by: z.string().nullable(),
      reason: z.string().nullable(),
      serial: z.string().nullable(),
      at: instantSchema,
    }),
  ),
});
export type LinkView = z.output<typeof linkViewSchema>;

/** POST /api/operator/connections/:id/link/rotate and …/revoke; administrators. */
export const linkBodySchema = z.strictObject(asked);
/** POST /api/operator/connections/:id/link/pair: the SHA-256 of the meter's secret, in hex. */
export const linkPairBodySchema = z.strictObject({
  ...asked,
  sha256Hex: z.string().regex(/^[0-9a-f]{64}$/, '64 hex digits in small letters'),
});
/** POST /api/operator/connections/:id/link/claim: the first identity, by the meter's request. */
export const linkClaimBodySchema = z.strictObject({ ...asked, csrPem: z.string().max(8_000) });
/** POST …/link/certificate: without a request the key is made, too, and told this once. */
export const linkCertificateBodySchema = z.strictObject({
  ...asked,
  csrPem: z.string().max(8_000).optional(),
});
/** The answer to either. */
export const certifiedSchema = z.object({
  serial: z.string(),
  certificatePem: z.string(),
  authorityPem: z.string(),
  keyPem: z.string().nullable(),
});
export type Certified = z.output<typeof certifiedSchema>;

/** GET /api/operator/meter-authorities: for brokers of one's own; PEM. */
export const meterAuthoritiesSchema = z.object({
  certificatesPem: z.string(),
  /** Good for seven days. */
  revokedPem: z.string(),
});

/** What the list of identities can show. */
export const identityShows = [
  'all',
  'ending',
  'ended',
  'failed',
  'waiting',
  'neverRenewed',
  'revoked',
] as const;
export type IdentityShow = (typeof identityShows)[number];

export const identityRowSchema = z.object({
  connectionId: z.string(),
  connectionName: z.string(),
  meterPan: z.string(),
  /** As in the link's view; a meter without a link is not on the list. */
  kind: z.enum(['secret', 'certificate', 'nothingYet']),
  revokedAt: instantSchema.nullable(),
  /** Since when it proves itself with this; null: it has not come yet. */
  since: instantSchema.nullable(),
  /** Still the secret that came with it. */
  isOfFactory: z.boolean(),
  serial: z.string().nullable(),
  validUntil: instantSchema.nullable(),
  /** `ending`: within the days of the utility's setting. */
  ends: z.enum(['ended', 'ending', 'later']),
  /**
   * A new identity: it waits for its first use, or it failed: the meter refused, never answered, or
   * has not used for a day what it asked for.
   */
  renewal: z
    .object({
      state: z.enum(['waiting', 'refused', 'unanswered', 'unused']),
      since: instantSchema.nullable(),
    })
    .nullable(),
  lastSeenAt: instantSchema.nullable(),
});
export type IdentityRow = z.output<typeof identityRowSchema>;

/** GET /api/operator/meter-identities?show=&search=&cursor= : what ends first comes first. */
export const identityQuerySchema = z.object({
  show: z.enum(identityShows).default('all'),
  search: z.string().trim().max(100).default(''),
  cursor: z.string().max(500).optional(),
});
export const identityPageSchema = z.object({
  rows: z.array(identityRowSchema),
  nextCursor: z.string().nullable(),
  warnDays: z.number().int(),
  counts: z.object({
    ending: z.number().int(),
    ended: z.number().int(),
    failed: z.number().int(),
  }),
});
export type IdentityPage = z.output<typeof identityPageSchema>;
