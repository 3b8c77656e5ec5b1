// The socket that devices of LwM2M speak to, and are spoken to by: one CoAP endpoint on it, so that
// what is asked of a device leaves by the address that it knows.

import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { isIPv6 } from 'node:net';
import {
  type CoapEvent,
  type CoapLimits,
  type CoapOutput,
  type CoapRequest,
  type CoapResponse,
  coapCodes,
  createCoapEndpoint,
  type IncomingRequest,
  type Peer,
  type PeerFault,
  type RequestFault,
} from '@prewatt/coap';
import { err, ok, type RandomBytes, type Result } from '@prewatt/quantities';
import type { Log } from '../../../base/log.ts';

/** `id`: that of notifications, where the request observes. */
export type Answered = { readonly id: number; readonly response: CoapResponse };
export type AskFault = RequestFault | 'full' | 'closed';

export type CoapDoorOptions = {
  readonly random: RandomBytes;
  /** Real time. */
  readonly nowMs: () => number;
  readonly limits: Partial<CoapLimits>;
  readonly answer: (peer: Peer, request: IncomingRequest) => Promise<CoapResponse>;
  readonly notified: (peer: Peer, id: number, response: CoapResponse) => void;
  readonly onFault: (peer: Peer, fault: PeerFault) => void;
  readonly log: Log;
};

export type CoapDoor = {
  readonly listen: (host: string, port: number) => Promise<void>;
  /** 0 while it is not open. */
  readonly port: () => number;
  readonly ask: (peer: Peer, request: CoapRequest) => Promise<Result<Answered, AskFault>>;
  readonly forget: (peer: Peer) => void;
  readonly close: () => Promise<void>;
};

const tickMs = 200;

export function createCoapDoor(o: CoapDoorOptions): CoapDoor {
  const endpoint = createCoapEndpoint({ random: o.random, limits: o.limits });
  const waiting = new Map<number, (result: Result<Answered, AskFault>) => void>();
  let socket: Socket | null = null;
  let ticking: NodeJS.Timeout | undefined;
  const put = ({ datagrams, events }: CoapOutput): void => {
    for (const { peer, bytes } of datagrams) {
      const at = peer.lastIndexOf(':');
      socket?.send(bytes, Number(peer.slice(at + 1)), peer.slice(0, at));
    }
    for (const event of events) take(event);
  };
  const end = (id: number, result: Result<Answered, AskFault>): void => {
    const give = waiting.get(id);
    waiting.delete(id);
    give?.(result);
  };
  const take = (event: CoapEvent): void => {
    if (event.kind === 'response') end(event.id, ok({ id: event.id, response: event.response }));
    else if (event.kind === 'failed') end(event.id, err(event.fault));
    else if (event.kind === 'notification') o.notified(event.peer, event.id, event.response);
    else if (event.kind === 'fault') o.onFault(event.peer, event.fault);
    else if (event.kind === 'request') void answer(event);
  };
  const answer = async ({ peer, exchange, request }: CoapEvent & { kind: 'request' }) => {
    const response = await o.answer(peer, request).catch((error) => {
      o.log.warn({ error: String(error) }, 'a request of a device failed');
      return { code: coapCodes.serverError };
    });
    if (socket !== null) put(endpoint.respond(exchange, response, o.nowMs()));
  };
  return {
    listen: async (host, port) => {
      socket = await openSocket(host, port);
      socket.on('message', (bytes, { address, port: from }) => {
        put(endpoint.receive(`${address}:${from}`, bytes, o.nowMs()));
      });
      // Of one datagram: a device that is gone says so by ICMP now and then.
      socket.on('error', (error) => o.log.debug({ error: String(error) }, 'CoAP socket'));
      ticking = setInterval(() => put(endpoint.tick(o.nowMs())), tickMs);
    },
    port: () => socket?.address().port ?? 0,
    ask: (peer, request) =>
      new Promise((resolve) => {
        if (socket === null) return resolve(err('closed'));
        const { id, ...output } = endpoint.request(peer, request, o.nowMs());
        if (id === null) resolve(err('full'));
        else waiting.set(id, resolve);
        put(output);
      }),
    forget: (peer) => put(endpoint.forget(peer)),
    close: async () => {
      clearInterval(ticking);
      const closing = socket;
      socket = null;
      for (const id of [...waiting.keys()]) end(id, err('closed'));
      await new Promise<void>((resolve) => {
        if (closing === null) resolve();
        else closing.close(() => resolve());
      });
    },
  };
}

async function openSocket(host: string, port: number): Promise<Socket> {
  const socket = createSocket(isIPv6(host) ? 'udp6' : 'udp4');
  // Rejects on an error meanwhile.
  const listening = once(socket, 'listening');
  socket.bind(port, host);
  await listening;
  return socket;
}
