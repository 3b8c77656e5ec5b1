// MQTT 3.1.1 by hand, byte by byte: a stranger does not use a well-behaved library. Just the
// packets that the doors are tried with.

import { connect, type Socket } from 'node:net';
import { eventually, generousMs } from './wait.ts';

export type Wire = {
  send(bytes: Buffer): void;
  /** The next packet, or "closed" when the broker ended the connection instead. */
  next(): Promise<Packet | 'closed'>;
  isClosed(): boolean;
  end(): void;
};

export type Packet = { type: number; body: Buffer };

export const packetTypes = { connack: 2, publish: 3, puback: 4, suback: 9 } as const;

/** Opens a connection to the broker. */
export async function openWire(port: number): Promise<Wire> {
  const socket: Socket = connect(port, '127.0.0.1');
  let received = Buffer.alloc(0);
  let closed = false;
  socket.on('data', (chunk: Buffer) => {
    received = Buffer.concat([received, chunk]);
  });
  socket.on('close', () => {
    closed = true;
  });
  // A reset is one way to close the door.
  socket.on('error', () => undefined);
  await new Promise((resolve) => socket.once('connect', resolve));
  const take = (): Packet | undefined => {
    const packet = firstPacket(received);
    if (packet === undefined) return undefined;
    received = received.subarray(packet.length);
    return packet;
  };
  return {
    send: (bytes) => {
      socket.write(bytes);
    },
    next: () =>
      eventually('the broker answers', () => take() ?? (closed && 'closed'), {
        everyMs: 20,
        timeoutMs: generousMs,
      }),
    isClosed: () => closed,
    end: () => {
      socket.destroy();
    },
  };
}

function firstPacket(bytes: Buffer): (Packet & { length: number }) | undefined {
  let size = 0;
  for (let i = 1; i < bytes.length && i < 5; i += 1) {
    const digit = bytes[i] ?? 0;
    size += (digit & 127) * 128 ** (i - 1);
    if (digit >= 128) continue;
    const end = i + 1 + size;
    if (bytes.length < end) return undefined;
    return { type: (bytes[0] ?? 0) >> 4, body: bytes.subarray(i + 1, end), length: end };
  }
  return undefined;
}

const text = (value: string): Buffer => {
  const bytes = Buffer.from(value);
  return Buffer.concat([Buffer.from([bytes.length >> 8, bytes.length & 255]), bytes]);
};

function packet(first: number, body: Buffer): Buffer {
  const size: number[] = [];
  let rest = body.length;
  do {
    size.push((rest % 128) | (rest >= 128 ? 128 : 0));
    rest = Math.floor(rest / 128);
  } while (rest > 0);
  return Buffer.concat([Buffer.from([first, ...size]), body]);
}

/** CONNECT with a name and a password (section 3.1). */
export function connectPacket(o: { id: string; name: string; password: string }): Buffer {
  const head = Buffer.from([4, 0xc2, 0, 60]);
  const body = [text('MQTT'), head, text(o.id), text(o.name), text(o.password)];
  return packet(0x10, Buffer.concat(body));
}

/** PUBLISH with quality of service 1 (section 3.3). */
export function publishPacket(topic: string, payload: Buffer): Buffer {
  return packet(0x32, Buffer.concat([text(topic), Buffer.from([0, 7]), payload]));
}

/** SUBSCRIBE to one filter with quality of service 1 (section 3.8). */
export function subscribePacket(filter: string): Buffer {
  return packet(0x82, Buffer.concat([Buffer.from([0, 9]), text(filter), Buffer.from([1])]));
}
