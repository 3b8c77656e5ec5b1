// The OpenAPI 3.1 document of the HTTP API, made from the declarations of the routes: what a
// program of somebody else reads. Pages, files and what better-auth answers are not in it.

import { z } from 'zod';
import { problemSchema } from './common.ts';
import * as shapes from './index.ts';
import { scopeOfRoute } from './integration-scopes.ts';
import type { Method, Route } from './route.ts';
import {
  type Area,
  apiRoot,
  operatorRoot,
  routes,
  signInRoot,
  siteApi,
  tillRoot,
} from './routes/index.ts';
import { type WebhookEventType, webhookEvents, webhookEventTypes } from './webhooks.ts';

type Json = Readonly<Record<string, unknown>>;
type Direction = 'input' | 'output';

export type OpenApiOperation = {
  readonly operationId: string;
  readonly tags: readonly string[];
  readonly summary: string;
  readonly security: readonly Json[];
  readonly parameters: readonly (Json & { readonly name: string; readonly in: string })[];
  readonly requestBody?: Json;
  readonly responses: Readonly<Record<string, Json>>;
};

export type OpenApiDocument = {
  readonly openapi: '3.1.0';
  readonly info: Json & { readonly title: string; readonly version: string };
  readonly servers: readonly { readonly url: string }[];
  readonly tags: readonly { readonly name: string; readonly description: string }[];
  /** By path, then by method in lower case. */
  readonly paths: Readonly<Record<string, Readonly<Record<string, OpenApiOperation>>>>;
  /** What is told to the endpoints of integrations, by type. */
  readonly webhooks: Readonly<Record<string, { readonly post: Json }>>;
  readonly components: {
    readonly schemas: Readonly<Record<string, Json>>;
    readonly securitySchemes: Json;
  };
};

const about = `Money and energy are texts of integers, in the currency's minor units and in watt-hours; instants are ISO 8601
in UTC. A refusal is problem details (RFC 9457) whose \`code\` is one of a closed list. A request that changes something carries
a \`requestId\` of the caller: the same again gets the first answer and does nothing twice. Answers may gain fields.`;

/** What each area is about. An area without its line does not compile. */
const areas: Readonly<Record<Area, string>> = {
  auditList: 'What an auditor looks at first.',
  auditLog: 'Who did what, and when.',
  alert: 'Warnings to customers, and the choices that they made.',
  approval: 'What one person asked for and a second one allows.',
  assignment: 'One tariff given to many connections.',
  case: 'Visits to homes, what they found, and what is asked for it.',
  budget: 'What an hour and a day bring at most.',
  campaign: 'Many meters moved to another vending key.',
  connection: 'Connections with their meters, customers and commands.',
  console: 'What the pages of operators show at a glance.',
  setUp: 'How far a utility is on the way to its first sale.',
  customer: 'Customers: who they are, their homes, and what was said.',
  driver: 'Meters that another driver than MQTT speaks to.',
  debt: 'Debts of a connection, and how they are paid back.',
  documentTexts: 'What receipts say of the utility.',
  pageWriting: 'Language, clock and money of the customers’ pages.',
  emergency: 'What one person did alone in an emergency, and what another one says of it.',
  exchange: 'A meter put in the place of another.',
  export: 'Data of the utility as files.',
  grant: 'Tokens without a sale: free units and engineering tokens.',
  import: 'Files of connections, meters and readings, tried before they are taken.',
  inbox: 'What customers write',
  install: 'Jobs of technicians: put up, tested, finished.',
  integration: 'Keys of programs of others, and what each may read.',
  key: 'Vending keys and how they are loaded.',
  smartCard: 'Smart cards of homes: issued, loaded, and what came back on them.',
  light: 'Street lights: accounts, lamps, dim programmes, overrides.',
  softLanding: 'Power lowered in steps before credit ends.',
  limit: 'What one person may do without a second one.',
  link: 'How a meter signs in to the head-end.',
  pages: 'Pages for customers.',
  message: 'What message gateways tell: deliveries and incoming texts.',
  payment: 'What payment providers tell.',
  notification: 'What they told, as it came, and judging it again.',
  proof: 'The checks over the whole database, and what they found.',
  supplyCall: 'People to call whose homes have no credit.',
  protection: 'Rules on when supply may not be cut, and who is protected.',
  reading: 'Readings of meters, what looks wrong in them, and decisions.',
  reconciliation: 'Payments compared with the files of providers and banks.',
  refund: 'Sales taken back.',
  sale: 'Sales and their states.',
  savedView: 'Filters of lists under a name.',
  setting: 'Settings of the utility.',
  signIn: 'Signing in of operators.',
  site: 'Whether the service works, and this document.',
  statement: 'Statements of accounts and connections.',
  tariff: 'Tariffs, their versions and what they cost.',
  invitation: 'What an invited person does with the link.',
  team: 'Who works for the utility, and their sign-ins.',
  report: 'Reports of money, and the transfers behind each figure.',
  ticket: 'Complaints, faults and requests of customers.',
  tillPages: 'Pages of a shop’s phone.',
  tokenLog: 'The public log of a utility, for whoever checks it.',
  topUp: 'Automatic top-ups of a home, and their stop.',
  till: 'Selling by a vendor’s till: quote, sale, reprint, shift, statement.',
  bankStatement: 'Statements of a bank account, whose payments buy.',
  network: 'Feeders and transformers, what is lost there, and which homes are behind them.',
  revenue: 'Homes that are worth a visit, or are offered help first, with reasons.',
  unallocatedMoney: 'Money that a provider took and no sale got.',
  vendor: 'Vendors, their tills, floats and shifts, for operators.',
  wallet: 'Connections that pay from a wallet of money.',
  webhook: 'What programs of others are told, and how each delivery went.',
};

/** `version` is the product's; `serverUrl` where the API is reached. */
export function openApiDocument(o: {
  readonly version: string;
  readonly serverUrl: string;
}): OpenApiDocument {
  const declared = Object.values(routes).flatMap((area) => Object.values(area));
  const schemas = createSchemas([
    problemSchema,
    ...webhookEventTypes.map((type) => webhookEvents[type].data),
    ...declared.filter(isForPrograms).flatMap(({ answer }) => answer ?? []),
  ]);
  const paths: Record<string, Record<string, OpenApiOperation>> = {};
  for (const [area, routesOfArea] of Object.entries(routes)) {
    for (const [name, route] of Object.entries(routesOfArea)) {
      if (!isForPrograms(route)) continue;
      const path = route.path.replace(/:(\w+)/g, '{$1}');
      for (const method of [route.method].flat() as Method[]) {
        paths[path] ??= {};
        paths[path][method.toLowerCase()] = operationOf({ area, name, route, method, schemas });
      }
    }
  }
  const operations = Object.values(paths).flatMap((methods) => Object.values(methods));
  const used = new Set(operations.flatMap(({ tags }) => tags));
  return {
    openapi: '3.1.0',
    info: { title: 'Prewatt', version: o.version, description: about.replaceAll('\n', ' ') },
    servers: [{ url: o.serverUrl }],
    tags: Object.entries(areas)
      .filter(([name]) => used.has(name))
      .map(([name, description]) => ({ name, description })),
    paths,
    webhooks: webhooksOf(schemas),
    components: { schemas: schemas.all(), securitySchemes },
  };
}

const securitySchemes: Json = {
  till: {
    type: 'http',
    scheme: 'bearer',
    description: 'The key of a till, shown once when it is made.',
  },
  integration: {
    type: 'http',
    scheme: 'bearer',
    description:
      'The key of an integration, shown once when it is made. Each operation that it opens names the scope.',
  },
  operator: {
    type: 'apiKey',
    in: 'cookie',
    name: 'better-auth.session_token',
    description: 'The session of an operator who signed in.',
  },
};

function isForPrograms({ path }: Route): boolean {
  if (path.endsWith('*') || path.startsWith(signInRoot)) return false;
  return path.startsWith(apiRoot) || path === siteApi.health.path;
}

function securityOf({ path }: Route, method: Method): readonly Json[] {
  if (path.startsWith(operatorRoot)) {
    const scope = scopeOfRoute(method, path);
    return [{ operator: [] }, ...(scope === null ? [] : [{ integration: [scope] }])];
  }
  return path.startsWith(tillRoot) ? [{ till: [] }] : [];
}

function operationOf(o: {
  readonly area: string;
  readonly name: string;
  readonly route: Route;
  readonly method: Method;
  readonly schemas: Schemas;
}): OpenApiOperation {
  const { route, schemas } = o;
  const several = Array.isArray(route.method) ? `.${o.method.toLowerCase()}` : '';
  return {
    operationId: `${o.area}.${o.name}${several}`,
    tags: [o.area],
    summary: route.does ?? wordsOf(o.name),
    security: securityOf(route, o.method),
    parameters: [...pathParameters(route), ...queryParameters(route, schemas)],
    ...(route.body === undefined
      ? {}
      : { requestBody: { content: json(schemas.of(route.body, 'input')) } }),
    responses: {
      '200':
        route.answer === undefined
          ? {
              description:
                'Done. A file, a stream, what the caller of this address expects, or nothing.',
            }
          : { description: 'Done.', content: json(schemas.of(route.answer, 'output')) },
      default: {
        description: 'Refused: problem details.',
        content: { 'application/problem+json': { schema: schemas.of(problemSchema, 'output') } },
      },
    },
  };
}

/** Each event as a request to an endpoint: the headers of Standard Webhooks, and a JSON body. */
function webhooksOf(schemas: Schemas): OpenApiDocument['webhooks'] {
  const header = (name: string, description: string) => ({
    ...{ name, in: 'header', required: true, schema: { type: 'string' }, description },
  });
  const parameters = [
    header('webhook-id', 'Names the event: the same at each attempt and in a replay.'),
    header('webhook-timestamp', 'Of this attempt, in seconds of the Unix epoch.'),
    header('webhook-signature', 'v1,BASE64 of HMAC-SHA256; several while a secret is replaced.'),
  ];
  const bodyOf = (type: WebhookEventType): Json => ({
    type: 'object',
    properties: {
      type: { const: type },
      timestamp: { type: 'string', format: 'date-time' },
      data: schemas.of(webhookEvents[type].data, 'output'),
    },
    required: ['type', 'timestamp', 'data'],
  });
  return Object.fromEntries(
    webhookEventTypes.map((type) => {
      const { says, scope } = webhookEvents[type];
      const post = {
        operationId: `webhooks.${type}`,
        summary: says,
        description: `For integrations with the scope ${scope}.`,
        parameters,
        requestBody: { content: json(bodyOf(type)) },
        responses: { '2XX': { description: 'Taken. Any other answer is tried again for days.' } },
      };
      return [type, { post }];
    }),
  );
}

const json = (schema: Json): Json => ({ 'application/json': { schema } });

/** "setFloatLimit" as "Set float limit". */
function wordsOf(name: string): string {
  const words = name.replace(/[A-Z]/g, (capital) => ` ${capital.toLowerCase()}`);
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function pathParameters({ path, params = {} }: Route): OpenApiOperation['parameters'] {
  return [...path.matchAll(/:(\w+)/g)].map(([, name = '']) => {
    const kind = params[name];
    return {
      name,
      in: 'path',
      required: true,
      schema: { type: 'string' },
      ...(kind === undefined ? {} : { description: `The identifier of a ${kind}: ${kind}_…` }),
    };
  });
}

function queryParameters({ query }: Route, schemas: Schemas): OpenApiOperation['parameters'] {
  if (query === undefined) return [];
  const { properties = {}, required = [] } = schemas.inline(query) as {
    readonly properties?: Readonly<Record<string, Json>>;
    readonly required?: readonly string[];
  };
  return Object.entries(properties).map(([name, schema]) => ({
    name,
    in: 'query',
    required: required.includes(name),
    schema,
  }));
}

type Schemas = {
  /** A schema as JSON Schema; what it shares with others is referred to by name. */
  readonly of: (schema: z.ZodType, direction: Direction) => Json;
  /** The same without references. */
  readonly inline: (schema: z.ZodType) => Json;
  readonly all: () => Readonly<Record<string, Json>>;
};

/**
 * Names are those under which this package exports a schema. What is sent has the word "Sent" added
 * where something that is answered has its name: a default makes the two differ.
 */
function createSchemas(answers: readonly z.ZodType[]): Schemas {
  const named = z.registry<{ readonly id: string }>();
  for (const [name, value] of Object.entries(shapes)) {
    if (name.endsWith('Schema') && value instanceof z.ZodType) {
      named.add(value, { id: name.slice(0, -'Schema'.length) });
    }
  }
  const answered = new Map<string, Json>();
  const sent = new Map<string, Json>();
  const answerOf = (schema: z.ZodType): Json => {
    const { own, definitions } = read(schema, 'output', named);
    const name = (id: string) => id;
    for (const [id, part] of definitions) answered.set(id, referring(open(part), name));
    return referring(open(own), name);
  };
  for (const schema of answers) answerOf(schema);
  return {
    of: (schema, direction) => {
      if (direction === 'output') return answerOf(schema);
      const { own, definitions } = read(schema, 'input', named);
      const name = (id: string) => (answered.has(id) ? `${id}Sent` : id);
      for (const [id, part] of definitions) sent.set(name(id), referring(part, name));
      return referring(own, name);
    },
    inline: (schema) => read(schema, 'input', z.registry()).own,
    all: () => Object.fromEntries([...answered, ...sent].sort(([a], [b]) => (a < b ? -1 : 1))),
  };
}

function read(
  schema: z.ZodType,
  io: Direction,
  metadata: z.core.$ZodRegistry<{ readonly id?: string }>,
): { readonly own: Json; readonly definitions: readonly (readonly [string, Json])[] } {
  const { $schema: _, $defs = {}, ...own } = z.toJSONSchema(schema, { io, metadata });
  return { own, definitions: Object.entries($defs) as [string, Json][] };
}

/** With references into the document, by the names that schemas have there. */
function referring(schema: Json, name: (id: string) => string): Json {
  return mapped(schema, (key, value) =>
    key === '$ref' && typeof value === 'string'
      ? `#/components/schemas/${name(value.slice('#/$defs/'.length))}`
      : value,
  );
}

/** Without a word against further fields: an answer may gain some. */
function open(schema: Json): Json {
  return mapped(schema, (key, value) =>
    key === 'additionalProperties' && value === false ? undefined : value,
  );
}

function mapped(schema: Json, change: (key: string, value: unknown) => unknown): Json {
  return JSON.parse(JSON.stringify(schema, change)) as Json;
}
