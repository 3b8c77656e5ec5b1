// One sale over two servers is one trace, as a collector of OpenTelemetry gets it: from the
// provider's word to the meter's answer, with nothing in it of people, meters or digits.

import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, test } from 'node:test';
import { encodeUp } from '@prewatt/protocol';
import type { Tracing } from '../src/base/tracing.ts';
import { createOtlpTracing } from '../src/compose/otlp-tracing.ts';
import { createHarness, type Harness } from './harness.ts';
import { buyAndPay } from './purchases.ts';
import { createVendor } from './vendor-harness.ts';

type Span = {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly status: { readonly code?: number; readonly message?: string };
  readonly attributes: readonly { readonly key: string; readonly value: object }[];
};
type Received = Span & { readonly server: string };

let h: Harness;
let bodies: string[] = [];
const collector = createServer((request, response) => {
  let body = '';
  request.setEncoding('utf8').on('data', (text: string) => {
    body += text;
  });
  request.on('end', () => {
    bodies.push(body);
    response.setHeader('content-type', 'application/json').end('{}');
  });
});
let url = '';
before(async () => {
  h = await createHarness();
  await new Promise<void>((resolve) => collector.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(collector.address() as AddressInfo).port}/v1/traces`;
});
after(async () => {
  collector.close();
  collector.closeAllConnections();
  await h.close();
});

const log = { warn: () => {} };
const tracingOf = (serverName: string, o: { share?: number; to?: string } = {}): Promise<Tracing> =>
  createOtlpTracing({ url: o.to ?? url, share: o.share ?? 1 }, { serverName, log });

/** What came, by the names of the steps. */
function received(): readonly Received[] {
  return bodies.flatMap((body) =>
    JSON.parse(body).resourceSpans.flatMap(
      (each: {
        resource: { attributes: { key: string; value: { stringValue: string } }[] };
        scopeSpans: { spans: Span[] }[];
      }) => {
        const of = each.resource.attributes.find(({ key }) => key === 'service.instance.id');
        const server = of?.value.stringValue ?? '';
        return each.scopeSpans.flatMap(({ spans }) => spans.map((span) => ({ ...span, server })));
      },
    ),
  );
}

/** The command that went to the meter last, answered by it at a server. */
async function answered(
  at: Harness['services'],
  outcome: 'accepted' | 'refused',
  sequence: number,
): Promise<void> {
  const message = h.sent.at(-1)?.message;
  assert.ok(message?.kind === 'command' && message.action.kind === 'deliverToken');
  const up = encodeUp({
    ...{ kind: 'commandResult', sequence, commandId: message.commandId },
    completedAtMs: h.clock.nowMs,
    result: {
      kind: 'deliverToken',
      outcome:
        outcome === 'refused'
          ? { result: 'refused', refusal: 'range', tid: null }
          : { result: 'accepted', effect: 'credit', tid: 1, creditedEnergyWh: 1_000n as never },
    },
  });
  at.ingest.receive(h.meterPan, up);
  await at.ingest.drained();
}

test('a sale that one server makes and another delivers is one trace', async () => {
  bodies = [];
  const [north, south] = [await tracingOf('north'), await tracingOf('south')];
  const [one, other] = [h.secondServices({ tracing: north }), h.secondServices({ tracing: south })];
  const saleId = await buyAndPay({ ...h, services: one }, 5_000n, 'traced-1');
  await other.commands.sweep(h.utilityId);
  const message = h.sent.at(-1)?.message;
  h.clock.nowMs += 1_500;
  await answered(one, 'accepted', 1);
  await Promise.all([north.close(), south.close()]);

  const spans = new Map(received().map((span) => [span.name, span]));
  assert.deepEqual([...spans.keys()].sort(), ['broker', 'meter', 'sale', 'token']);
  const root = spans.get('sale');
  for (const span of spans.values()) {
    assert.equal(span.traceId, saleId.replaceAll('-', ''), span.name);
    assert.ok(BigInt(span.endTimeUnixNano) >= BigInt(span.startTimeUnixNano), span.name);
    if (span !== root) assert.equal(span.parentSpanId, root?.spanId, span.name);
  }
  assert.ok(root !== undefined && (root.parentSpanId ?? '') === '');
  assert.deepEqual(
    ['sale', 'token', 'broker', 'meter'].map((name) => spans.get(name)?.server),
    ['north', 'north', 'south', 'north'],
  );
  const meter = spans.get('meter');
  const meterMs = (Number(meter?.endTimeUnixNano) - Number(meter?.startTimeUnixNano)) / 1_000_000;
  assert.ok(meterMs >= 1_500, `the meter took 1,500 ms of the clock, and the span ${meterMs}`);
  assert.ok(message?.kind === 'command' && message.action.kind === 'deliverToken');
  const said = bodies.join('');
  const digits = message.action.token;
  for (const secret of [digits, h.meterPan, h.place.meterId]) {
    assert.ok(!said.includes(secret), 'a trace has no digits and no meter');
  }
});

test('a refusal of the meter is an error of its step; a sale at a till is traced, too', async () => {
  bodies = [];
  const tracing = await tracingOf('north');
  const services = h.secondServices({ tracing });
  const { till } = await createVendor(h, 'Corner shop', { floatLimitMinor: 100_000n });
  const sold = await services.vendors.selling.sell(till, {
    ...{ requestId: 'traced-till', meterPan: h.meterPan, amountMinor: 2_000n },
  });
  assert.ok(sold.ok, JSON.stringify(sold));
  const again = await services.vendors.selling.sell(till, {
    ...{ requestId: 'traced-till', meterPan: h.meterPan, amountMinor: 2_000n },
  });
  assert.ok(again.ok);
  await services.commands.sweep(h.utilityId);
  await answered(services, 'refused', 2);
  await tracing.close();
  const spans = received();
  assert.deepEqual(spans.map(({ name }) => name).sort(), ['broker', 'meter', 'sale', 'token']);
  const root = spans.find(({ name }) => name === 'sale');
  assert.deepEqual(root?.attributes, [{ key: 'prewatt.begun_by', value: { stringValue: 'till' } }]);
  const { status } = spans.find(({ name }) => name === 'meter') ?? {};
  assert.equal(status?.code, 2);
  assert.match(status?.message ?? '', /range/);
});

test('no collector holds up a sale, and a share of none tells nothing', async () => {
  bodies = [];
  const none = await tracingOf('north', { share: 0 });
  const deaf = await tracingOf('north', { to: 'http://127.0.0.1:9/v1/traces' });
  await buyAndPay({ ...h, services: h.secondServices({ tracing: none }) }, 5_000n, 'traced-2');
  await buyAndPay({ ...h, services: h.secondServices({ tracing: deaf }) }, 5_000n, 'traced-3');
  await Promise.all([none.close(), deaf.close()]);
  assert.deepEqual(bodies, []);
});
