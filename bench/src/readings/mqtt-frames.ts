// MQTT 3.1.1 frames by hand, just those that a meter needs: ten thousand connections of a full
// client library would measure the library. Clauses of the OASIS standard in brackets.

export const frameTypes = { connack: 2, publish: 3, puback: 4, suback: 9 } as const;

const text = (value: string): Buffer => {
  const bytes = Buffer.from(value);
  return Buffer.concat([Buffer.from([bytes.length >> 8, bytes.length & 255]), bytes]);
};

/** [2.2.3] Remaining length in 1 to 4 bytes of 7 bits. */
function lengthBytes(length: number): number[] {
  const bytes: number[] = [];
  let rest = length;
  do {
    const digit = rest % 128;
    rest = Math.floor(rest / 128);
    bytes.push(rest > 0 ? digit + 128 : digit);
  } while (rest > 0);
  return bytes;
}

const frame = (first: number, body: Buffer): Buffer =>
  Buffer.concat([Buffer.from([first, ...lengthBytes(body.length)]), body]);

/** [3.1] CONNECT with a session that survives, client id = user name. */
export const connectFrame = (o: { name: string; password: string; keepAliveS: number }): Buffer =>
  frame(
    0x10,
    Buffer.concat([
      text('MQTT'),
      Buffer.from([4, 0xc0, o.keepAliveS >> 8, o.keepAliveS & 255]),
      text(o.name),
      text(o.name),
      text(o.password),
    ]),
  );

/** [3.8] SUBSCRIBE to one topic at QoS 1. */
export const subscribeFrame = (topic: string): Buffer =>
  frame(0x82, Buffer.concat([Buffer.from([0, 1]), text(topic), Buffer.from([1])]));

/** [3.3] PUBLISH at QoS 1. */
export const publishFrame = (topic: string, packetId: number, payload: Uint8Array): Buffer =>
  frame(
    0x32,
    Buffer.concat([
      text(topic),
      Buffer.from([packetId >> 8, packetId & 255]),
      Buffer.from(payload),
    ]),
  );

/** [3.4] PUBACK. */
export const pubackFrame = (packetId: number): Buffer =>
  Buffer.from([0x40, 2, packetId >> 8, packetId & 255]);

export type Frame = { readonly type: number; readonly flags: number; readonly body: Buffer };

/** Cuts a stream of bytes into frames. */
export function createFrameReader(onFrame: (frame: Frame) => void): (chunk: Buffer) => void {
  let rest: Buffer = Buffer.alloc(0);
  return (chunk) => {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    for (;;) {
      let length = 0;
      let at = 1;
      for (; at < 5; at += 1) {
        const digit = rest[at];
        if (digit === undefined) return;
        length += (digit & 127) * 128 ** (at - 1);
        if (digit < 128) break;
      }
      const end = at + 1 + length;
      if (rest.length < end) return;
      const first = rest[0] ?? 0;
      onFrame({ type: first >> 4, flags: first & 15, body: rest.subarray(at + 1, end) });
      rest = rest.subarray(end);
    }
  };
}

/** Payload and packet id (0 at QoS 0) of a PUBLISH frame. */
export function readPublish(frame: Frame): { readonly packetId: number; readonly payload: Buffer } {
  const topicEnd = 2 + frame.body.readUInt16BE(0);
  if ((frame.flags & 6) === 0) return { packetId: 0, payload: frame.body.subarray(topicEnd) };
  const packetId = frame.body.readUInt16BE(topicEnd);
  return { packetId, payload: frame.body.subarray(topicEnd + 2) };
}
