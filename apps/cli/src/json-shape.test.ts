// What --json prints, in one shape: each command that lists prints `rows`. A server that answers
// each route with a sample of its own schema stands in for the real one.

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { routes } from '@prewatt/api';
import { z } from 'zod';
import { inOneShape, toJson } from './command.ts';
import { exampleOf, titles } from './examples.ts';
import { processContext, run } from './main.ts';
import { keepSession } from './sessions.ts';

const server = 'https://power.example';
const home = mkdtempSync(join(tmpdir(), 'prewatt-json-'));
after(() => rmSync(home, { recursive: true, force: true }));

const texts = [
  ...['0', '2026-11-24T10:00:00.000Z', '2026-11-24', '600727000000000009', 'ZAR', '12:00', 'a'],
  ...['Africa/Johannesburg', '2026-11', `sale_0198f3c2-7a10-7c3e-9b52-3f6d1c9e8a41`, '123456'],
];

/** What the examples of commands name. */
const known: Readonly<Record<string, unknown>> = {
  ...{ zone: 'UTC', meterPan: '600727000000000009', name: 'Corner shop' },
  integrationId: 'integration_0198f3c2-7a10-7c3e-9b52-3f6d1c9e8a41',
};

type Schema = {
  readonly type?: string | readonly string[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: Schema;
  readonly format?: string;
  readonly pattern?: string;
};

/** A value of a schema, with one row in each list. */
function sampleOf(schema: Schema): unknown {
  const [first] = schema.anyOf ?? schema.oneOf ?? [];
  if (first !== undefined) return sampleOf(first);
  if (schema.const !== undefined) return schema.const;
  if (schema.enum !== undefined) return schema.enum[0];
  const [type] = [schema.type].flat();
  if (type === 'array') return [sampleOf(schema.items ?? {})];
  if (type === 'object') return objectOf(schema);
  if (type === 'integer' || type === 'number') return 1;
  if (type === 'boolean') return false;
  if (type !== 'string') return null;
  const { format, pattern = '' } = schema;
  const fits = (text: string) => new RegExp(pattern, 'u').test(text);
  return format === 'date-time' ? texts[1] : (texts.find(fits) ?? '');
}

function objectOf({ properties = {}, required = [], additionalProperties = {} }: Schema): object {
  const names = new Set([...Object.keys(properties), ...required]);
  const sampleFor = (name: string) =>
    known[name] ?? sampleOf(properties[name] ?? additionalProperties);
  return Object.fromEntries([...names].map((name) => [name, sampleFor(name)]));
}

const answering = Object.values(routes)
  .flatMap((area) => Object.values(area))
  .filter((route) => route.answer !== undefined);

/** Lists end with their first page. */
const ended = (_: string, value: unknown) =>
  typeof value === 'object' && value !== null && 'nextCursor' in value
    ? { ...value, nextCursor: null }
    : value;

const answers: typeof fetch = async (input, init) => {
  const { pathname } = new URL(String(input));
  const route = answering.find(
    ({ method, path }) =>
      [method].flat().includes((init?.method ?? 'GET') as never) &&
      new RegExp(`^${path.replace(/:\w+/g, '[^/]+')}$`).test(pathname),
  );
  if (route?.answer === undefined) return new Response('{}', { status: 404 });
  const io = 'output' as const;
  const sample = sampleOf(z.toJSONSchema(route.answer, { io, unrepresentable: 'any' }) as Schema);
  const body = JSON.stringify(sample, ended);
  return new Response(body, { headers: { 'content-type': 'application/json' } });
};

async function printed(title: string): Promise<{ code: number; output: string }> {
  const words = `${title} ${exampleOf(title) ?? ''}`.slice(title.length + 1);
  const args = words.replace(/^prewatt /, '').match(/"[^"]*"|\S+/g) ?? [];
  let output = '';
  const context = {
    ...processContext,
    environment: { HOME: home, PREWATT_SERVER: server },
    print: (text: string) => {
      output += text;
    },
    printError: () => {},
    ask: async () => null,
    fetch: answers,
  };
  keepSession(context, server, { session: 'kept' });
  const code = await run([...args.map((word) => word.replaceAll('"', '')), '--json'], context);
  return { code, output };
}

/** By their names; those of a database alone are lists, too, and are shaped in the same place. */
const lists = titles.filter((title) =>
  /^(?!utility|operator).* (list|loads|meters|charges|changes|deposits|deliveries|endpoints|candidates|refunds|safety-cuts|identities|findings|landings|rows|statement)$/.test(
    title,
  ),
);

test('each command that lists prints its rows under one key, by whatever route it asks', async () => {
  assert.ok(lists.length > 25, `${lists.length}`);
  for (const title of lists) {
    const { code, output } = await printed(title);
    assert.equal(code, 0, `${title}: ${output}`);
    const json = JSON.parse(output);
    assert.ok(Array.isArray(json.rows), `${title}: ${output.slice(0, 200)}`);
    assert.equal('nextCursor' in json, false, title);
  }
});

test('a list is rows and next, one thing is an object, an error is one shape', async () => {
  assert.equal(toJson(inOneShape([1n])), '{"rows":["1"]}');
  assert.deepEqual(inOneShape({ rows: [], nextCursor: 'a' }), { rows: [], next: 'a' });
  assert.deepEqual(inOneShape({ saleId: 'sale_1' }), { saleId: 'sale_1' });
  assert.deepEqual(inOneShape('60'), { value: '60' });
  const one = JSON.parse((await printed('approval show')).output);
  assert.ok(typeof one.approvalId === 'string' && !('rows' in one));
});
