// Integrations: programs of others that read by a key of their own.

import { z } from 'zod';
import { instantSchema } from './common.ts';
import { integrationScopes } from './integration-scopes.ts';
import { requestIdSchema } from './vendor.ts';

export const integrationScopeSchema = z.enum(integrationScopes);

/** POST /api/operator/integrations, by an administrator. */
export const newIntegrationSchema = z.strictObject({
  requestId: requestIdSchema,
  /** Who it is for, e.g. "Billing of the municipality". */
  name: z.string().trim().min(1).max(100),
  scopes: z
    .array(integrationScopeSchema)
    .min(1)
    .refine((scopes) => new Set(scopes).size === scopes.length, 'each scope once'),
  requestsPerMinute: z.number().int().min(1).max(6_000).default(600),
  /** Null for a key without an end. */
  expiresInDays: z.number().int().min(1).max(3_650).nullable().default(365),
});

/** POST /api/operator/integrations/:id/rotate: the keys before it end with the overlap. */
export const rotateIntegrationSchema = z.strictObject({
  requestId: requestIdSchema,
  overlapHours: z.number().int().min(0).max(720).default(24),
  expiresInDays: z.number().int().min(1).max(3_650).nullable().default(365),
});

export const revokeIntegrationSchema = z.strictObject({
  reason: z.string().trim().min(3).max(500),
});

export const integrationKeySchema = z.object({
  keyId: z.string(),
  createdAt: instantSchema,
  /** It opens nothing from then on; null for a key without an end. */
  expiresAt: instantSchema.nullable(),
  /** To the minute; null while it was not used. */
  lastUsedAt: instantSchema.nullable(),
  state: z.enum(['opens', 'ended']),
});

export const integrationSchema = z.object({
  integrationId: z.string(),
  name: z.string(),
  scopes: z.array(integrationScopeSchema),
  requestsPerMinute: z.number().int(),
  createdAt: instantSchema,
  createdBy: z.string(),
  revokedAt: instantSchema.nullable(),
  revokedReason: z.string().nullable(),
  /** Oldest first. */
  keys: z.array(integrationKeySchema),
});
export type Integration = z.output<typeof integrationSchema>;

/** GET /api/operator/integrations: all of them, newest first. */
export const integrationPageSchema = z.object({
  rows: z.array(integrationSchema),
  nextCursor: z.null(),
});

/** The only answer that holds the key itself. */
export const integrationMadeSchema = z.object({
  integration: integrationSchema,
  key: z.string(),
});
export type IntegrationMade = z.output<typeof integrationMadeSchema>;
