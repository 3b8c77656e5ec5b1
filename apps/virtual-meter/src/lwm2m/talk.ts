// The socket of one meter and the CoAP endpoint on it: what its server asks is answered, what the
// meter asks comes back as an answer or as nothing. Connected, it hears its server alone.

import { randomBytes } from 'node:crypto';
import { createSocket, type Socket } from 'node:dgram';
import { isIPv6 } from 'node:net';
import {
  type CoapEvent,
  type CoapOutput,
  type CoapRequest,
  type CoapResponse,
  createCoapEndpoint,
  type IncomingRequest,
} from '@prewatt/coap';

export type TalkOptions = {
  readonly server: { readonly host: string; readonly port: number };
  readonly realNowMs: () => number;
  /** Null: the meter is unplugged. */
  readonly answer: (request: IncomingRequest) => CoapResponse | null;
  readonly onTrouble: (what: string) => void;
};

export type Talk = {
  /** Null: nothing came. */
  readonly ask: (request: CoapRequest) => Promise<CoapResponse | null>;
  readonly notify: (token: Uint8Array, response: CoapResponse) => void;
  readonly tick: () => void;
  readonly close: () => void;
};

const peer = 'server';
/** The largest message of the head-end is a tariff or a set of rules. */
const bodyBytes = 65_536;

export function createTalk({ server, realNowMs, answer, onTrouble }: TalkOptions): Talk {
  const endpoint = createCoapEndpoint({
    random: (count) => new Uint8Array(randomBytes(count)),
    limits: { bodyBytes, datagramsInTenS: 1_000 },
  });
  const waiting = new Map<number, (answer: CoapResponse | null) => void>();
  const socket: Socket = createSocket(isIPv6(server.host) ? 'udp6' : 'udp4');
  /** Null once it is connected. */
  let early: Uint8Array[] | null = [];
  let isOpen = true;
  const put = ({ datagrams, events }: CoapOutput): void => {
    for (const { bytes } of datagrams) {
      if (early !== null) early.push(bytes);
      else if (isOpen) socket.send(bytes);
    }
    for (const event of events) take(event);
  };
  const end = (id: number, response: CoapResponse | null): void => {
    const give = waiting.get(id);
    waiting.delete(id);
    give?.(response);
  };
  const take = (event: CoapEvent): void => {
    if (event.kind === 'response') end(event.id, event.response);
    else if (event.kind === 'failed') end(event.id, null);
    else if (event.kind === 'fault') onTrouble(`CoAP: ${event.fault}`);
    else if (event.kind === 'request') {
      const response = answer(event.request);
      if (response !== null) put(endpoint.respond(event.exchange, response, realNowMs()));
    }
  };
  socket.on('error', (error) => onTrouble(error.message));
  socket.on('message', (bytes) => put(endpoint.receive(peer, bytes, realNowMs())));
  socket.connect(server.port, server.host, () => {
    const kept = early ?? [];
    early = null;
    for (const bytes of kept) if (isOpen) socket.send(bytes);
  });
  return {
    ask: (request) =>
      new Promise((resolve) => {
        const { id, ...output } = endpoint.request(peer, request, realNowMs());
        if (id === null) return resolve(null);
        waiting.set(id, resolve);
        put(output);
      }),
    notify: (token, response) => {
      const { id: _, ...output } = endpoint.notify(peer, { token, response }, realNowMs());
      put(output);
    },
    tick: () => put(endpoint.tick(realNowMs())),
    close: () => {
      isOpen = false;
      for (const id of [...waiting.keys()]) end(id, null);
      socket.close();
    },
  };
}
