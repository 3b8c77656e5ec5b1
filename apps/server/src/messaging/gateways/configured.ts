// Which message gateways a server has, as its secrets file says, in the order in which they are
// tried. Checked whole at the start, like all configuration.

import { kannelReport } from '@prewatt/rails';
import { z } from 'zod';
import { createAfricasTalking } from './africas-talking/index.ts';
import type { MessageGateway } from './contract.ts';
import { createHttpGateway } from './http/index.ts';
import { createGatewayCall } from './http.ts';
import { createSmppGateway } from './smpp/index.ts';
import type { SmppTiming } from './smpp/settings.ts';
import { createTwilio } from './twilio/index.ts';
import { createWhatsapp } from './whatsapp/index.ts';

const secret = z.string().min(8, 'at least 8 characters: take it whole from the portal');
/** Unguessable, and fit for an address. */
const callbackSecret = z
  .string()
  .regex(/^[A-Za-z0-9_-]{24,128}$/, '24 to 128 letters, digits, - or _: openssl rand -hex 24');
const name = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,31}$/, 'up to 32 small letters, digits and -, a letter first');
const http = z.url({ protocol: /^https?$/ });
const field = z.string().min(1).max(60);

const smppConfig = z.strictObject({
  kind: z.literal('smpp'),
  name: name.default('smpp'),
  host: z.string().min(1),
  port: z.number().int().min(1).max(65_535).default(2775),
  tls: z.boolean().default(false),
  systemId: z.string().min(1).max(15),
  password: z.string().min(1).max(15),
  systemType: z.string().max(12).default(''),
  source: z.string().min(1).max(20),
  window: z.number().int().min(1).max(200).default(10),
  defaultAlphabet: z.enum(['gsm7', 'latin1']).default('gsm7'),
});

const africasTalkingConfig = z.strictObject({
  kind: z.literal('africasTalking'),
  name: name.default('africas-talking'),
  baseUrl: http.default('https://api.africastalking.com'),
  username: z.string().min(1),
  apiKey: secret,
  from: z.string().min(1).max(20).nullable().default(null),
  callbackSecret,
});

const twilioConfig = z.strictObject({
  kind: z.literal('twilio'),
  name: name.default('twilio'),
  baseUrl: http.default('https://api.twilio.com'),
  accountSid: z.string().min(10),
  authToken: secret,
  from: z.string().min(1).max(40),
  callbackSecret,
});

const whatsappConfig = z.strictObject({
  kind: z.literal('whatsapp'),
  name: name.default('whatsapp'),
  baseUrl: http.default('https://graph.facebook.com'),
  apiVersion: z.string().regex(/^v\d{1,3}\.\d$/, 'as the app shows it, like v24.0'),
  phoneNumberId: z.string().regex(/^\d{5,30}$/, 'the digits of its identifier'),
  accessToken: secret,
  appSecret: secret,
  template: z.strictObject({
    name: z.string().regex(/^[a-z0-9_]{1,512}$/, 'small letters, digits and _'),
    language: z.string().regex(/^[a-z]{2,3}(_[A-Z]{2,4})?$/, 'a code like en or en_US'),
  }),
  callbackSecret,
});

const httpConfig = z.strictObject({
  kind: z.literal('http'),
  name: name.default('http'),
  method: z.enum(['GET', 'POST']).default('POST'),
  url: http,
  headers: z.record(z.string(), z.string()).default({}),
  contentType: z.string().default('application/json'),
  body: z.string().nullable().default(null),
  successText: z.string().min(1).nullable().default(null),
  messageId: z
    .union([
      z.literal('ours'),
      z.strictObject({ path: field }),
      z.strictObject({ after: z.string().min(1) }),
    ])
    .nullable()
    .default(null),
  report: z
    .strictObject({
      idField: field,
      statusField: field,
      delivered: z.array(field).min(1),
      failed: z.array(field),
    })
    .default({ ...kannelReport, delivered: ['1'], failed: ['2', '16'] }),
  text: z
    .strictObject({ from: field, text: field, id: field })
    .default({ from: 'from', text: 'text', id: 'id' }),
  callbackSecret,
});

export const gatewayConfigs = z
  .array(
    z.discriminatedUnion('kind', [
      smppConfig,
      africasTalkingConfig,
      twilioConfig,
      whatsappConfig,
      httpConfig,
    ]),
  )
  .max(8)
  .refine(
    (all) => new Set(all.map(({ name: each }) => each)).size === all.length,
    'each gateway needs a name of its own',
  )
  .refine((all) => all.every(({ name: each }) => each !== 'sandbox'), 'sandbox is taken')
  .refine(
    (all) => all.length === 0 || all.some(({ kind }) => kind !== 'whatsapp'),
    'whatsapp carries no sign-in codes: another gateway is needed beside it',
  );
export type GatewayConfig = z.output<typeof gatewayConfigs>[number];

/** Longer than any of them should take. */
const timeoutMs = 30_000;

export function createGateways(
  configs: readonly GatewayConfig[],
  o: {
    readonly fetch: typeof fetch;
    readonly publicUrl: string;
    /** 0 to 1. */
    readonly chance: () => number;
    readonly timeoutMs?: number;
    readonly timing?: Partial<SmppTiming>;
  },
): MessageGateway[] {
  const call = createGatewayCall({ fetch: o.fetch, timeoutMs: o.timeoutMs ?? timeoutMs });
  return configs.map((config) => createGateway(config, { ...o, call }));
}

function createGateway(
  config: GatewayConfig,
  o: {
    readonly call: ReturnType<typeof createGatewayCall>;
    readonly publicUrl: string;
    readonly chance: () => number;
    readonly timing?: Partial<SmppTiming>;
  },
): MessageGateway {
  switch (config.kind) {
    case 'smpp':
      return createSmppGateway({ ...o, config });
    case 'africasTalking':
      return createAfricasTalking({ ...o, config });
    case 'twilio':
      return createTwilio({ ...o, config });
    case 'whatsapp':
      return createWhatsapp({ ...o, config });
    case 'http':
      return createHttpGateway({ ...o, config });
  }
}
