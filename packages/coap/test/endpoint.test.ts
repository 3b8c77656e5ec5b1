// Two endpoints: requests carried out once over a bad line, long bodies in parts, observations,
// repeats and their end, and what a peer can make the other remember.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRandom } from '@prewatt/quantities/fuzzing';
import {
  type CoapEvent,
  type CoapResponse,
  coapCodes,
  code,
  createCoapEndpoint,
  decodeMessage,
  encodeMessage,
  type IncomingRequest,
  uintOption,
} from '../src/index.ts';
import { createLine, type Line } from './line.ts';

/** The right side answers by `answer`; what the left hears is kept. */
function pair(o: {
  seed?: number;
  badOneIn?: number;
  answer?: (request: IncomingRequest) => CoapResponse | null;
  limits?: Parameters<typeof createLine>[0]['limits'];
}) {
  const requests: IncomingRequest[] = [];
  const heard: CoapEvent[] = [];
  const right: CoapEvent[] = [];
  const answer = o.answer ?? (() => ({ code: coapCodes.changed }));
  const line: Line = createLine({
    random: createRandom(o.seed ?? 1),
    badOneIn: o.badOneIn ?? 0,
    ...(o.limits === undefined ? {} : { limits: o.limits }),
    hear: (side, event) => {
      if (side === 'left') return void heard.push(event);
      right.push(event);
      if (event.kind !== 'request') return;
      requests.push(event.request);
      const response = answer(event.request);
      if (response === null) return;
      line.put('right', line.endpoints.right.respond(event.exchange, response, line.nowMs()));
    },
  });
  const ask = (request: Parameters<Line['endpoints']['left']['request']>[1]): number => {
    const { id, ...output } = line.endpoints.left.request('peer', request, line.nowMs());
    line.put('left', output);
    return id ?? -1;
  };
  return { line, ask, requests, heard, right };
}

const filled = (length: number): Uint8Array => Uint8Array.from({ length }, (_, n) => n & 0xff);
const whole = { code: coapCodes.content, payload: filled(3_000), contentFormat: 42 };

test('a request is answered on its acknowledgement: two datagrams', () => {
  const { line, ask, heard, requests } = pair({});
  ask({ method: 'put', path: ['3', '0'], query: ['a=1'], payload: filled(10), contentFormat: 0 });
  line.run(5_000);
  assert.equal(line.datagrams(), 2);
  assert.deepEqual(requests[0]?.path, ['3', '0']);
  assert.equal(heard[0]?.kind, 'response');
});

test('long bodies go in parts both ways, also where the line is bad', () => {
  for (let seed = 1; seed <= 25; seed += 1) {
    const { line, ask, requests, heard } = pair({ seed, badOneIn: 6, answer: () => whole });
    ask({ method: 'post', path: ['x'], payload: filled(2_100) });
    line.run(600_000);
    const [event] = heard;
    if (event?.kind === 'response') assert.deepEqual(event.response.payload, whole.payload);
    else assert.equal(event?.kind, 'failed');
    assert.ok(requests.length <= 1, 'carried out once at most');
    if (requests.length === 1) assert.deepEqual(requests[0]?.payload, filled(2_100));
  }
});

test('requests to a peer go one after the other, each is carried out once', () => {
  for (let seed = 100; seed < 115; seed += 1) {
    const { line, ask, requests, heard } = pair({ seed, badOneIn: 8 });
    const ids = Array.from({ length: 12 }, (_, n) => ask({ method: 'post', path: [`${n}`] }));
    line.run(4_000_000);
    const ends = heard.flatMap((event) =>
      event.kind === 'response' || event.kind === 'failed' ? [event.id] : [],
    );
    assert.deepEqual(ends, ids);
    const paths = requests.map(({ path }) => path[0]);
    assert.equal(new Set(paths).size, paths.length);
  }
});

test('an answer that takes long comes in a message of its own', () => {
  const exchanges: number[] = [];
  const { line, ask, heard, right } = pair({ answer: () => null });
  ask({ method: 'get', path: ['slow'] });
  line.run(4_000);
  for (const event of right) if (event.kind === 'request') exchanges.push(event.exchange);
  assert.equal(heard.length, 0);
  line.put('right', line.endpoints.right.respond(exchanges[0] ?? 0, whole, line.nowMs()));
  line.run(20_000);
  const [event] = heard;
  assert.ok(event?.kind === 'response');
  assert.deepEqual(event.response.payload, whole.payload);
});

test('silence is given up after five sends, and the next request goes out', () => {
  const endpoint = createCoapEndpoint({ random: createRandom(3).bytes });
  let sent = endpoint.request('peer', { method: 'get', path: ['a'] }, 0).datagrams.length;
  endpoint.request('peer', { method: 'get', path: ['b'] }, 0);
  const failed: CoapEvent[] = [];
  for (let nowMs = 0; failed.length === 0 && nowMs < 200_000; nowMs += 500) {
    const { datagrams, events } = endpoint.tick(nowMs);
    sent += datagrams.length;
    failed.push(...events);
  }
  assert.equal(sent, 6, 'five of the first, one of the second');
  assert.deepEqual(
    failed.map((event) => event.kind === 'failed' && event.fault),
    ['timeout'],
  );
});

test('an observation is notified, also in parts, until the observer forgets it', () => {
  let token: Uint8Array = new Uint8Array(0);
  const { line, ask, heard, right } = pair({
    answer: (request) => {
      if (request.observe === 0) token = request.token;
      return request.observe === 0 ? { ...whole, observe: 1 } : whole;
    },
  });
  const id = ask({ method: 'get', path: ['10243', '0'], observe: 0 });
  line.run(10_000);
  const notify = (observe: number, payload: Uint8Array): void => {
    const response = { code: coapCodes.content, observe, payload };
    const { id: _, ...output } = line.endpoints.right.notify(
      'peer',
      { token, response },
      line.nowMs(),
    );
    line.put('right', output);
    line.run(20_000);
  };
  notify(2, filled(20));
  notify(3, whole.payload);
  notify(1, filled(1));
  const bodies = heard.flatMap((event) =>
    event.kind === 'notification' && event.id === id ? [event.response.payload?.length] : [],
  );
  assert.deepEqual(bodies, [20, 3_000], 'the last came out of turn');
  line.put('left', line.endpoints.left.forget('peer'));
  notify(9, filled(2));
  const last = right.at(-1);
  assert.ok(last?.kind === 'failed' && last.fault === 'reset');
});

test('what a peer sends beyond its measure is not looked at, and said once', () => {
  const endpoint = createCoapEndpoint({
    random: createRandom(5).bytes,
    limits: { datagramsInTenS: 20 },
  });
  const events: CoapEvent[] = [];
  let answered = 0;
  for (let n = 0; n < 500; n += 1) {
    const bytes = encodeMessage({
      ...{
        type: 'con',
        code: 1,
        messageId: n,
        token: new Uint8Array(0),
        payload: new Uint8Array(0),
      },
      options: [{ number: 9, value: new Uint8Array(0) }],
    });
    const output = endpoint.receive('flooder', bytes, n);
    answered += output.datagrams.length;
    events.push(...output.events);
  }
  assert.equal(answered, 20);
  assert.deepEqual(events, [{ kind: 'fault', peer: 'flooder', fault: 'flood' }]);
  assert.equal(
    endpoint.receive('flooder', Uint8Array.of(0x40, 0, 0, 1), 20_000).datagrams.length,
    1,
  );
});

test('bodies, exchanges, peers and requests that wait are bounded', () => {
  const { line, ask, heard } = pair({ limits: { bodyBytes: 1_024 } });
  ask({ method: 'put', path: ['long'], payload: filled(5_000) });
  line.run(60_000);
  const [event] = heard;
  assert.ok(event?.kind === 'response' && event.response.code === code('4.13'));

  const endpoint = createCoapEndpoint({
    random: createRandom(6).bytes,
    limits: { peers: 10, queued: 3, open: 2 },
  });
  for (let n = 0; n < 40; n += 1) endpoint.receive(`peer ${n}`, Uint8Array.of(0x40, 0, 0, n), n);
  assert.equal(endpoint.counts().peers, 10);
  const ids = [0, 1, 2, 3, 4, 5].map(
    () => endpoint.request('p', { method: 'get', path: [] }, 50).id,
  );
  assert.deepEqual(
    ids.map((id) => id !== null),
    [true, true, true, true, false, false],
  );
  const get = (n: number) =>
    endpoint.receive(
      'q',
      encodeMessage({
        ...{ type: 'con', code: 1, messageId: n, token: Uint8Array.of(n), options: [] },
        payload: new Uint8Array(0),
      }),
      60,
    );
  const codes = [1, 2, 3].map((n) => get(n).datagrams.map(({ bytes }) => bytes[1]));
  assert.deepEqual(codes, [[], [], [code('5.03')]]);
});

test('what is critical and not known, and what is for a proxy, is refused', () => {
  const endpoint = createCoapEndpoint({ random: createRandom(7).bytes });
  const ask = (messageId: number, option: { number: number; value: Uint8Array }) => {
    const bytes = encodeMessage({
      ...{ type: 'con', code: 1, messageId, token: new Uint8Array(0), options: [option] },
      payload: new Uint8Array(0),
    });
    const answer = decodeMessage(endpoint.receive('peer', bytes, 0).datagrams[0]?.bytes ?? bytes);
    return answer.ok ? answer.value.code : 0;
  };
  assert.equal(ask(1, { number: 9, value: Uint8Array.of(1) }), code('4.02'));
  assert.equal(ask(2, { number: 35, value: Uint8Array.of(1) }), code('5.05'));
  assert.equal(ask(3, { ...uintOption('block1', 7) }), code('4.02'));
});
