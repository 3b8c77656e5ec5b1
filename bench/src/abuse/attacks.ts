// The attacks, as data: what a stranger or a meter that means harm does to a server, without an end
// until it is stopped. Each runs in a thread of its own (attacker.ts). A new one is a line here.

import { request as httpRequest } from 'node:http';
import { connect, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { encodeUp, maximumPayloadBytes, upTopic } from '@prewatt/protocol';
import { energyWh } from '@prewatt/quantities';
import {
  connectFrame,
  createFrameReader,
  frameTypes,
  publishFrame,
} from '../readings/mqtt-frames.ts';
import { firstMs, meterPanOf, secretOf } from '../readings/plan.ts';

export type Target = {
  readonly mqttPort: number;
  readonly httpPort: number;
  /** Where attackers come from: limits per address must not be those of good clients. */
  readonly attackersAddress: string;
  /** Meters whose secrets attackers have; good ones follow. */
  readonly stolenMeters: number;
};

/** What an attack did, in words and numbers. */
export type Done = Record<string, number>;
type Attack = (target: Target, o: { readonly done: Done; readonly isOver: () => boolean }) => void;

export const attacks: Readonly<Record<string, Attack>> = {
  'heavy-messages': heavyMessages,
  'malformed-names': malformedNames,
  'slow-http': slowHttp,
  'password-guesses': passwordGuesses,
  'code-guesses': codeGuesses,
};

const count = (done: Done, what: string): void => {
  done[what] = (done[what] ?? 0) + 1;
};

function dial(target: Target, port: number): Socket {
  const { attackersAddress: localAddress } = target;
  return connect({ port, host: '127.0.0.1', localAddress, noDelay: true }).on('error', () => {});
}

/** What takes a decoder longest for its size: a number of 78,000 digits, nests, a bad profile. */
function heavyPayloads(): Buffer[] {
  const digits = maximumPayloadBytes - 4;
  const number = [Buffer.from([0xc2, 0x59, digits >> 8, digits & 255]), Buffer.alloc(digits, 0xff)];
  const entries = Array.from({ length: 480 }, (_, i) => ({
    endsAtMs: firstMs + i,
    importEnergyWh: energyWh(i),
  }));
  return [
    Buffer.concat(number),
    Buffer.concat([Buffer.alloc(30_000, 0x81), Buffer.from([1])]),
    Buffer.from(encodeUp({ kind: 'profile', sequence: 0, entries })),
  ];
}

/** With the secrets of some meters: as many such messages as the broker takes. */
function heavyMessages(target: Target, { done, isOver }: Parameters<Attack>[1]): void {
  const payloads = heavyPayloads();
  const session = (index: number): void => {
    if (isOver()) return;
    const name = meterPanOf(index);
    const socket = dial(target, target.mqttPort);
    let sent = 0;
    const publish = (): void => {
      const payload = payloads[sent % payloads.length] as Buffer;
      sent += 1;
      count(done, 'messages');
      socket.write(publishFrame(upTopic(name), (sent % 65_000) + 1, payload));
    };
    const onFrame = ({ type }: { readonly type: number }): void => {
      if (isOver()) socket.destroy();
      else if (type === frameTypes.connack) for (let i = 0; i < 20; i += 1) publish();
      else if (type === frameTypes.puback) publish();
    };
    socket.on('data', createFrameReader(onFrame));
    socket.on('close', () => setTimeout(session, 500, index));
    socket.write(connectFrame({ name, password: secretOf(name), keepAliveS: 0 }));
  };
  for (let index = 0; index < target.stolenMeters; index += 1) session(index);
}

/** Thirty connections that sign in again and again with names that no meter has. */
function malformedNames(target: Target, { done, isOver }: Parameters<Attack>[1]): void {
  const names = ['a\u0000b', '\u0000', `${meterPanOf(0)}\u0000`, 'x'.repeat(5_000), '\ufffe'];
  const session = (nth: number): void => {
    if (isOver()) return;
    const name = names[nth % names.length] as string;
    const socket = dial(target, target.mqttPort);
    count(done, 'signIns');
    socket.on('data', () => socket.destroy());
    socket.on('close', () => setTimeout(session, 5, nth + 30));
    socket.write(connectFrame({ name, password: 'x', keepAliveS: 0 }));
  };
  for (let nth = 0; nth < 30; nth += 1) session(nth);
}

/** Half bodies, half headers, and connections that say nothing, at once or any more: 600. */
function slowHttp(target: Target, { done, isOver }: Parameters<Attack>[1]): void {
  const host = `host: 127.0.0.1:${target.httpPort}\r\n`;
  const post = `POST /sign-in HTTP/1.1\r\n${host}content-type: application/json\r\n`;
  const kinds = [
    `${post}content-length: 60000\r\n\r\n{"phone":`,
    `${post}transfer-encoding: chunked\r\n\r\n5\r\n{"pho`,
    `GET /sign-in HTTP/1.1\r\n${host}x-slow: `,
    '',
    `GET /api/nothing HTTP/1.1\r\n${host}\r\n`,
  ];
  const hold = async (nth: number): Promise<void> => {
    await pause(nth * 3);
    while (!isOver()) {
      const socket = dial(target, target.httpPort);
      socket.pause();
      const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
      count(done, 'opened');
      socket.write(kinds[nth % kinds.length] as string);
      // Some say a letter now and then, to stay.
      const trickle =
        nth % 2 === 0 ? setInterval(() => socket.write('a'), 1_000).unref() : undefined;
      await closed;
      clearInterval(trickle);
      count(done, 'closedByServer');
      await pause(100);
    }
  };
  for (let nth = 0; nth < 600; nth += 1) void hold(nth);
}

type Asked = { readonly path: string; readonly body?: string; readonly cookie?: string };

/** A request of the nth attacker; each has an address of its own where the machine has them. */
function ask(target: Target, nth: number, { path, body, cookie }: Asked) {
  const first = target.attackersAddress;
  const localAddress = first === '127.0.0.1' ? first : `127.0.0.${66 + (nth % 60)}`;
  return new Promise<{ readonly status: number; readonly cookie: string; readonly text: string }>(
    (resolve) => {
      const failed = () => resolve({ status: 0, cookie: '', text: '' });
      const headers = {
        'content-type': path.startsWith('/api/')
          ? 'application/json'
          : 'application/x-www-form-urlencoded',
        ...(cookie === undefined ? {} : { cookie }),
      };
      const asked = httpRequest(
        {
          host: '127.0.0.1',
          port: target.httpPort,
          path,
          localAddress,
          headers,
          method: body === undefined ? 'GET' : 'POST',
          timeout: 10_000,
        },
        (answer) => {
          let text = '';
          answer.setEncoding('utf8').on('data', (part: string) => {
            text += part;
          });
          const [set = ''] = answer.headers['set-cookie'] ?? [];
          const [given = ''] = set.split(';');
          answer.on('end', () => resolve({ status: answer.statusCode ?? 0, cookie: given, text }));
          answer.on('error', failed);
        },
      );
      asked.on('timeout', () => asked.destroy());
      asked.on('error', failed);
      asked.end(body);
    },
  );
}

/** Thirty at a time, from sixty addresses, until it is over. */
function crowd(isOver: () => boolean, one: (nth: number) => Promise<void>): void {
  const worker = async (first: number): Promise<void> => {
    for (let nth = first; !isOver(); nth += 30) await one(nth);
  };
  for (let nth = 0; nth < 30; nth += 1) void worker(nth);
}

/** Passwords for one account and for many, from many addresses: each costs the server a hash. */
function passwordGuesses(target: Target, { done, isOver }: Parameters<Attack>[1]): void {
  crowd(isOver, async (nth) => {
    const email = nth % 2 === 0 ? 'one@example.org' : `operator-${nth}@example.org`;
    const body = JSON.stringify({ email, password: `a guess with number ${nth}` });
    const { status } = await ask(target, nth, { path: '/api/auth/sign-in/email', body });
    count(done, `passwords${status}`);
  });
}

/** Codes asked for, and guessed, for one telephone and for many. */
function codeGuesses(target: Target, { done, isOver }: Parameters<Attack>[1]): void {
  crowd(isOver, async (nth) => {
    const page = await ask(target, nth, { path: '/sign-in' });
    const csrf = /name="csrf" value="([^"]+)"/.exec(page.text)?.[1];
    if (csrf === undefined) return count(done, `pages${page.status}`);
    const phone = nth % 2 === 0 ? '+27825550101' : `+2782${String(1_000_000 + (nth % 9_000_000))}`;
    const form = new URLSearchParams({ csrf, phone });
    const { cookie } = page;
    const sent = await ask(target, nth, { path: '/sign-in', body: form.toString(), cookie });
    count(done, `codes${sent.status}`);
    form.set('code', String(nth % 1_000_000).padStart(6, '0'));
    const guess = await ask(target, nth, { path: '/sign-in/code', body: form.toString(), cookie });
    count(done, `guesses${guess.status}`);
  });
}
