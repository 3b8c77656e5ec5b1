// Message gateways as the outside sees them, driven by hand: each answers its own API in its own
// form and calls back in its own way. Fakes of the outside; the adapters under test are real.

import { createHmac } from 'node:crypto';
import {
  createGateways,
  createSandboxGateway,
  type GatewayConfig,
  type Heard,
  type MessageGateway,
  type RawCallback,
} from '../src/messaging/gateways/index.ts';
import { createMessageCentre, textOf } from './message-centre.ts';

export type GatewayFault = 'down' | 'slow' | 'busy' | 'html' | 'error' | 'credentials' | 'number';
export type Delivered = { readonly to: string; readonly text: string; readonly id: string };

export type GatewayWorld = {
  readonly kind: GatewayConfig['kind'] | 'sandbox';
  readonly gateway: MessageGateway;
  /** What it sent to phones. */
  readonly delivered: () => readonly Delivered[];
  fault: GatewayFault | null;
  /** Tells what became of its last message; null where it never does. */
  readonly report:
    | ((outcome: 'delivered' | 'failed', more?: { readonly forged?: boolean }) => Promise<Told>)
    | null;
  /** A customer writes. */
  readonly text: ((from: string, text: string) => Promise<Told>) | null;
  readonly close: () => Promise<void>;
};
/** What was heard, or the refusal. */
export type Told = readonly Heard[] | 'noSuchDoor' | 'badSignature' | 'malformed';

export const publicUrl = 'https://prewatt.example';
const callbackSecret = 'made-up-secret-of-the-tests-01';

type Spoken = {
  readonly config: GatewayConfig;
  /** Takes what it is sent, and answers as the gateway does. */
  readonly take: (request: { url: URL; body: string }) => {
    readonly delivered: Omit<Delivered, 'id'>;
    readonly answer: (id: string) => unknown;
    readonly status: number;
  };
  readonly wrongNumber: { readonly status: number; readonly answer: unknown };
  readonly report: (id: string, outcome: 'delivered' | 'failed') => Record<string, string>;
  readonly text: (from: string, text: string) => Record<string, string>;
  /** How fields travel in a body, where that is no form. */
  readonly wire?: (fields: Record<string, string>) => string;
  readonly sign?: (came: {
    readonly url: string;
    readonly fields: Record<string, string>;
    readonly body: string;
  }) => Record<string, string>;
  /** In the query and not in a form. */
  readonly isQuery?: true;
};

const form = (body: string) => Object.fromEntries(new URLSearchParams(body));

const africasTalking: Spoken = {
  config: {
    kind: 'africasTalking',
    name: 'africas-talking',
    baseUrl: 'https://at.example',
    username: 'prewatt',
    apiKey: 'made-up-api-key',
    from: 'PREWATT',
    callbackSecret,
  },
  take: ({ body }) => {
    const { to = '', message = '' } = form(body);
    return {
      delivered: { to, text: message },
      status: 201,
      answer: (id) => atAnswer(101, id),
    };
  },
  wrongNumber: { status: 201, answer: atAnswer(403, 'None') },
  report: (id, outcome) => ({ id, status: outcome === 'delivered' ? 'Success' : 'Failed' }),
  text: (from, text) => ({ from, to: '22345', text, id: 'in-1', date: '2026-11-30 12:00:00' }),
};

function atAnswer(statusCode: number, messageId: string) {
  const each = { statusCode, number: '+254722000101', status: 'x', cost: 'KES 0.8000', messageId };
  return { SMSMessageData: { Message: 'Sent to 1/1', Recipients: [each] } };
}

const authToken = 'made-up-auth-token';
const twilio: Spoken = {
  config: {
    kind: 'twilio',
    name: 'twilio',
    baseUrl: 'https://twilio.example',
    accountSid: 'ACmadeup0000000000',
    authToken,
    from: '+15005550006',
    callbackSecret,
  },
  take: ({ body }) => {
    const { To = '', Body = '' } = form(body);
    return {
      delivered: { to: To, text: Body },
      status: 201,
      answer: (sid) => ({ sid, status: 'queued', error_code: null }),
    };
  },
  wrongNumber: { status: 400, answer: { code: 21211, message: 'not a number', status: 400 } },
  report: (id, outcome) => ({
    MessageSid: id,
    MessageStatus: outcome === 'delivered' ? 'delivered' : 'undelivered',
    ...(outcome === 'failed' ? { ErrorCode: '30003' } : {}),
  }),
  text: (From, Body) => ({ MessageSid: 'SMin1', From, To: '+15005550006', Body, NumMedia: '0' }),
  sign: ({ url, fields }) => {
    const text = Object.keys(fields)
      .sort()
      .map((name) => `${name}${fields[name]}`)
      .join('');
    const mac = createHmac('sha1', authToken).update(url + text);
    return { 'x-twilio-signature': mac.digest('base64') };
  },
};

const appSecret = 'made-up-app-secret';
const phoneNumberId = '123456789012345';

/** What Meta tells, as it writes it: letters beyond ASCII as escapes. */
export const whatsappWebhook = (...values: readonly Record<string, unknown>[]): string =>
  JSON.stringify({
    object: 'whatsapp_business_account',
    entry: [{ id: '1', changes: values.map((value) => ({ field: 'messages', value })) }],
  }).replace(
    /[\u0080-\uffff]/g,
    (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );

export const signedByMeta = (body: string) => ({
  'x-hub-signature-256': `sha256=${createHmac('sha256', appSecret).update(body).digest('hex')}`,
});

export const whatsappConfig = {
  kind: 'whatsapp',
  name: 'whatsapp',
  baseUrl: 'https://graph.example',
  apiVersion: 'v24.0',
  phoneNumberId,
  accessToken: 'made-up-access-token',
  appSecret,
  template: { name: 'prewatt_message', language: 'en' },
  callbackSecret,
} as const;

const whatsapp: Spoken = {
  config: whatsappConfig,
  take: ({ body }) => {
    const { to, template } = JSON.parse(body);
    const { text } = template.components[0].parameters[0];
    return {
      delivered: { to: `+${to}`, text },
      status: 200,
      answer: (id) => ({ messaging_product: 'whatsapp', messages: [{ id }] }),
    };
  },
  wrongNumber: { status: 400, answer: { error: { message: 'x', code: 131026 } } },
  report: (id, status) => ({ id, status }),
  text: (from, text) => ({ from: from.slice(1), text }),
  wire: ({ id, status, from, text }) => {
    const metadata = { display_phone_number: '15550001111', phone_number_id: phoneNumberId };
    const errors = status === 'failed' ? { errors: [{ code: 131026, title: 'x' }] } : {};
    return whatsappWebhook(
      from === undefined
        ? { metadata, statuses: [{ id, status, recipient_id: '254722000101', ...errors }] }
        : { metadata, messages: [{ from, id: 'wamid.in-1', type: 'text', text: { body: text } }] },
    );
  },
  sign: ({ body }) => signedByMeta(body),
};

const kannelRules = {
  idField: 'id',
  statusField: 'type',
  delivered: ['1'],
  failed: ['2', '16'],
};
const http: Spoken = {
  config: {
    kind: 'http',
    name: 'kannel',
    method: 'GET',
    url: 'https://kannel.example/cgi-bin/sendsms?to={to}&text={text}&dlr-url={reportUrl}',
    headers: {},
    contentType: 'application/json',
    body: null,
    successText: 'Accepted for delivery',
    messageId: 'ours',
    report: kannelRules,
    text: { from: 'from', text: 'text', id: 'id' },
    callbackSecret,
  },
  take: ({ url }) => ({
    delivered: {
      to: url.searchParams.get('to') ?? '',
      text: url.searchParams.get('text') ?? '',
    },
    status: 202,
    answer: () => '0: Accepted for delivery',
  }),
  wrongNumber: {
    status: 400,
    answer: 'Number(s) has/have been denied by white- and/or black-lists.',
  },
  report: (id, outcome) => ({ id, type: outcome === 'delivered' ? '1' : '2' }),
  text: (from, text) => ({ from, text, id: 'in-1' }),
  isQuery: true,
};

function createHttpWorld(spoken: Spoken): GatewayWorld {
  const delivered: Delivered[] = [];
  const { config } = spoken;
  const name = config.name;
  const fetchOf = async (input: unknown, init?: RequestInit): Promise<Response> => {
    const said = (status: number, text: unknown) =>
      new Response(typeof text === 'string' ? text : JSON.stringify(text), { status });
    switch (world.fault) {
      case 'down':
        throw Object.assign(new TypeError('fetch failed'), { cause: { code: 'ECONNREFUSED' } });
      case 'slow':
        return new Promise((_, reject) => {
          init?.signal?.addEventListener('abort', () => reject(init.signal?.reason));
        });
      case 'busy':
        return said(429, 'slow down');
      case 'html':
        return said(200, '<html><body>Maintenance</body></html>');
      case 'error':
        return said(503, 'out of service');
      case 'credentials':
        return said(401, 'The supplied authentication is invalid');
      case 'number':
        return said(spoken.wrongNumber.status, spoken.wrongNumber.answer);
      default: {
        const url = new URL(String(input));
        const got = spoken.take({ url, body: String(init?.body ?? '') });
        const dlr = url.searchParams.get('dlr-url');
        const ours = dlr === null ? null : new URL(dlr).searchParams.get('id');
        const id = ours ?? `${name}-${delivered.length + 1}`;
        delivered.push({ ...got.delivered, id });
        return said(got.status, got.answer(id));
      }
    }
  };
  const [gateway] = createGateways([config], {
    fetch: fetchOf as typeof fetch,
    ...{ publicUrl, timeoutMs: 40, chance: () => 0.5 },
  });
  if (gateway === undefined) throw new Error('no gateway');
  const call = async (
    door: RawCallback['door'],
    fields: Record<string, string>,
    forged: boolean,
  ): Promise<Told> => {
    const secret =
      forged && spoken.sign === undefined ? `${callbackSecret.slice(0, -1)}2` : callbackSecret;
    const wire = spoken.wire ?? ((each) => new URLSearchParams(each).toString());
    const body = wire(fields);
    const path = `${publicUrl}/api/messages/${name}/${secret}/${door}`;
    const isQuery = spoken.isQuery === true;
    const other = forged ? { ...fields, id: 'another' } : fields;
    const signed = spoken.sign?.({ url: path, fields: other, body: wire(other) });
    const read = gateway.heard({
      ...{ door, secret, url: isQuery ? `${path}?${body}` : path, headers: signed ?? {} },
      rawBody: isQuery ? new Uint8Array() : new TextEncoder().encode(body),
    });
    return read.ok ? read.value : read.error;
  };
  const world: GatewayWorld = {
    ...{ kind: config.kind, gateway, delivered: () => delivered, fault: null },
    report: (outcome, more) =>
      call('reports', spoken.report(delivered.at(-1)?.id ?? '', outcome), more?.forged === true),
    text: (from, text) => call('texts', spoken.text(from, text), false),
    close: async () => undefined,
  };
  return world;
}

async function createSmppWorld(): Promise<GatewayWorld> {
  const centre = await createMessageCentre();
  const heard: Heard[] = [];
  const [gateway] = createGateways(
    [
      {
        ...{ kind: 'smpp', name: 'smpp', host: '127.0.0.1', port: centre.port, tls: false },
        ...{ systemId: 'prewatt', password: 'made up', systemType: '', source: 'PREWATT' },
        ...{ window: 4, defaultAlphabet: 'gsm7' },
      },
    ],
    {
      ...{ fetch, publicUrl, chance: () => 0.5 },
      timing: {
        ...{ answerMs: 200, roomMs: 250, backOffMs: [5, 20], throttleMs: [5, 20], enquireMs: 500 },
      },
    },
  );
  if (gateway?.connect === undefined) throw new Error('no gateway');
  const disconnect = gateway.connect(async (each) => {
    heard.push(each);
  });
  const told = async (saying: Promise<unknown>): Promise<Told> => {
    await saying;
    return heard.splice(0);
  };
  const statuses = { busy: 0x58, error: 0x64, credentials: 0x58, number: 0x0b } as const;
  const send: MessageGateway['send'] = async (message) => {
    const { fault } = world;
    if (fault === 'slow') centre.faults.push('silent');
    else if (fault === 'html') centre.faults.push('hangUp');
    else if (fault === 'down') {
      centre.bindStatus = 0x0d;
      centre.hangUp();
      await new Promise((resolve) => setTimeout(resolve, 30));
    } else if (fault !== null) centre.faults.push(...Array(20).fill(statuses[fault]));
    let handed = await gateway.send(message);
    // Without a fault, "later" says that the connection is not there again yet.
    for (let i = 0; i < 200 && fault === null && handed.kind === 'later'; i += 1) {
      await new Promise((resolve) => setTimeout(resolve, 25));
      handed = await gateway.send(message);
    }
    centre.faults.length = 0;
    centre.bindStatus = 0;
    return handed;
  };
  const world: GatewayWorld = {
    ...{ kind: 'smpp', gateway: { ...gateway, send }, fault: null },
    delivered: () =>
      centre.taken.map((taken) => ({ to: `+${taken.to}`, text: textOf(taken), id: taken.id })),
    report: (outcome) =>
      told(
        centre.receipt(
          centre.taken.at(-1)?.id ?? '',
          outcome === 'delivered' ? 'DELIVRD' : 'UNDELIV',
        ),
      ),
    text: (from, text) => told(centre.deliver({ from: from.slice(1), text })),
    close: async () => {
      await disconnect();
      await centre.close();
    },
  };
  return world;
}

function createSandboxWorld(): GatewayWorld {
  const delivered: Delivered[] = [];
  const fetchOf = async (_: unknown, init?: RequestInit): Promise<Response> => {
    const said = (status: number) => new Response('{}', { status });
    const statuses = { busy: 429, html: 502, error: 503, credentials: 503, number: 400 } as const;
    if (world.fault === 'down' || world.fault === 'slow') throw new TypeError('fetch failed');
    if (world.fault !== null) return said(statuses[world.fault]);
    delivered.push(JSON.parse(String(init?.body)));
    return said(202);
  };
  const world: GatewayWorld = {
    kind: 'sandbox',
    gateway: createSandboxGateway({
      ...{ baseUrl: 'http://sandbox.example', apiKey: 'made-up-key' },
      fetch: fetchOf as typeof fetch,
    }),
    ...{ delivered: () => delivered, fault: null, report: null, text: null },
    close: async () => undefined,
  };
  return world;
}

export const gatewayWorlds: Readonly<
  Record<GatewayWorld['kind'], () => Promise<GatewayWorld> | GatewayWorld>
> = {
  sandbox: createSandboxWorld,
  smpp: createSmppWorld,
  africasTalking: () => createHttpWorld(africasTalking),
  twilio: () => createHttpWorld(twilio),
  whatsapp: () => createHttpWorld(whatsapp),
  http: () => createHttpWorld(http),
};
