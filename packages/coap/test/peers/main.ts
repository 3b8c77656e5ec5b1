// `npm run peers -- coap`: our endpoint against libcoap and aiocoap (Debian: libcoap3-bin,
// python3-aiocoap), both ways over loopback. Without the programs it says how to get them, and is
// skipped.

import assert from 'node:assert/strict';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import {
  type CoapEvent,
  type CoapOutput,
  type CoapRequest,
  type CoapResponse,
  coapCodes,
  createCoapEndpoint,
  type IncomingRequest,
} from '../../src/index.ts';

const install = 'apt-get install -y --no-install-recommends libcoap3-bin python3-aiocoap';
const names = process.argv.slice(2).filter((name) => !name.startsWith('-'));
const isWanted = names.length === 0 || names.includes('coap');
const isThere = (command: string, ...args: string[]): boolean =>
  spawnSync(command, args, { stdio: 'ignore' }).error === undefined;

/** 3,000 bytes that a terminal prints. */
const long = 'abcdefghij'.repeat(300);

type Node = {
  readonly port: number;
  readonly ask: (port: number, request: CoapRequest) => Promise<CoapResponse>;
  /** Notifications so far. */
  readonly notices: CoapResponse[];
  readonly close: () => void;
};

/** Whoever observes is notified twice. */
async function open(answer: (request: IncomingRequest) => CoapResponse): Promise<Node> {
  const socket: Socket = createSocket('udp4').bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const endpoint = createCoapEndpoint({ random: (count) => new Uint8Array(randomBytes(count)) });
  const waiting = new Map<number, (event: CoapEvent) => void>();
  const notices: CoapResponse[] = [];
  const put = ({ datagrams, events }: CoapOutput): void => {
    for (const { peer, bytes } of datagrams) socket.send(bytes, Number(peer), '127.0.0.1');
    for (const event of events) take(event);
  };
  const take = (event: CoapEvent): void => {
    if (event.kind === 'request') {
      put(endpoint.respond(event.exchange, answer(event.request), Date.now()));
      if (event.request.observe === 0) {
        for (const observe of [2, 3]) {
          setTimeout(() => {
            const response = {
              code: coapCodes.content,
              observe,
              payload: bytesOf(`seen ${observe}`),
            };
            put(endpoint.notify(event.peer, { token: event.request.token, response }, Date.now()));
          }, observe * 200);
        }
      }
    } else if (event.kind === 'response' || event.kind === 'failed') waiting.get(event.id)?.(event);
    else if (event.kind === 'notification') notices.push(event.response);
  };
  socket.on('message', (bytes, { port }) => put(endpoint.receive(String(port), bytes, Date.now())));
  const ticking = setInterval(() => put(endpoint.tick(Date.now())), 200);
  return {
    port: socket.address().port,
    notices,
    ask: (port, request) =>
      new Promise((resolve, reject) => {
        const { id, ...output } = endpoint.request(String(port), request, Date.now());
        waiting.set(id ?? -1, (event) =>
          event.kind === 'response'
            ? resolve(event.response)
            : reject(new Error(JSON.stringify(event))),
        );
        put(output);
      }),
    close: () => {
      clearInterval(ticking);
      socket.close();
    },
  };
}

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
const textOf = (bytes: Uint8Array | undefined): string => new TextDecoder().decode(bytes);

async function run(command: string, ...args: string[]): Promise<string> {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (part) => (output += part));
  const timer = setTimeout(() => child.kill('SIGKILL'), 20_000);
  await once(child, 'close');
  clearTimeout(timer);
  return output;
}

/** What was stored last, and how often something was. */
function store() {
  const is = { text: 'nothing yet', writes: 0 };
  const answer = (request: IncomingRequest): CoapResponse => {
    const [name] = request.path;
    if (name === 'long')
      return { code: coapCodes.content, payload: bytesOf(long), contentFormat: 0 };
    if (name === 'seen') {
      const observe = request.observe === 0 ? { observe: 1 } : {};
      return { code: coapCodes.content, payload: bytesOf('seen 1'), ...observe };
    }
    if (name !== 'store') return { code: coapCodes.notFound };
    if (request.method === 'put') {
      is.text = textOf(request.payload);
      is.writes += 1;
      return { code: coapCodes.changed };
    }
    return { code: coapCodes.content, payload: bytesOf(is.text) };
  };
  return { is, answer };
}

async function libcoapClient(): Promise<string> {
  const { is, answer } = store();
  const node = await open(answer);
  const uri = (path: string): string => `coap://127.0.0.1:${node.port}/${path}`;
  try {
    const client = 'coap-client-notls';
    assert.ok((await run(client, '-m', 'get', uri('long'))).includes(long));
    assert.ok((await run(client, '-m', 'get', '-b', '64', uri('long'))).includes(long));
    await run(client, '-m', 'put', '-b', '128', '-e', long, uri('store'));
    assert.deepEqual(is, { text: long, writes: 1 });
    assert.match(await run(client, '-m', 'get', uri('absent')), /4\.04/);
    const seen = await run(client, '-m', 'get', '-s', '2', uri('seen'));
    for (const each of ['seen 1', 'seen 2', 'seen 3']) assert.ok(seen.includes(each), seen);
    return 'bodies in parts both ways, an absent path, two notifications';
  } finally {
    node.close();
  }
}

async function aiocoapClient(): Promise<string> {
  const { is, answer } = store();
  const node = await open(answer);
  const uri = (path: string): string => `coap://127.0.0.1:${node.port}/${path}`;
  try {
    const client = 'aiocoap-client';
    assert.ok((await run(client, '--quiet', uri('long'))).replaceAll('\n', '').includes(long));
    await run(client, '--quiet', '-m', 'PUT', '--payload', long, uri('store'));
    assert.deepEqual(is, { text: long, writes: 1 });
    assert.match(await run(client, '--quiet', uri('absent')), /4\.04/);
    return 'bodies in parts both ways, an absent path';
  } finally {
    node.close();
  }
}

async function libcoapServer(): Promise<string> {
  const port = 15_000 + (process.pid % 20_000);
  const server: ChildProcess = spawn(
    'coap-server-notls',
    ['-A', '127.0.0.1', '-p', String(port), '-d', '10'],
    {
      stdio: 'ignore',
    },
  );
  const node = await open(() => ({ code: coapCodes.notFound }));
  try {
    const root = await node.ask(port, { method: 'get', path: [] });
    assert.match(textOf(root.payload), /libcoap/);
    const links = await node.ask(port, { method: 'get', path: ['.well-known', 'core'] });
    assert.match(textOf(links.payload), /<\/time>/);
    await node.ask(port, { method: 'put', path: ['example_data'], payload: bytesOf(long) });
    const back = await node.ask(port, { method: 'get', path: ['example_data'] });
    assert.equal(textOf(back.payload), long);
    const time = await node.ask(port, { method: 'get', path: ['time'], observe: 0 });
    assert.ok(time.observe !== undefined);
    for (let tries = 0; node.notices.length < 2 && tries < 80; tries += 1) {
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    assert.ok(node.notices.length >= 2, 'the time of day was notified');
    return 'bodies in parts both ways, links, two notifications';
  } finally {
    node.close();
    server.kill('SIGKILL');
  }
}

if (!isWanted) {
  console.log('coap: not asked for');
} else if (!isThere('coap-client-notls', '-h') || !isThere('aiocoap-client', '--help')) {
  console.log(`coap: skipped, the programs are not here: ${install}`);
} else {
  for (const [name, peer] of Object.entries({ libcoapClient, libcoapServer, aiocoapClient })) {
    console.log(`${name}: ${await peer()}`);
  }
}
