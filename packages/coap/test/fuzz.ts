// Bytes that nobody meant, for the codec and for an endpoint that has requests, observations and
// exchanges open: a throw, or memory that grows, is a finding.

import { type FuzzTarget, type Random, spoilt } from '@prewatt/quantities/fuzzing';
import { type CoapEndpoint, coapCodes, createCoapEndpoint, decodeMessage } from '../src/index.ts';

const seeds = [
  '40017d34bb74656d7065726174757265',
  '60457d34ff32322e332043',
  '48020001aabbccddeeff0011b2726447066570 3d61',
  '44450002010203046013e0c1052eff0102030405',
  '40030003b16111ffd10e08ff0001020304050607',
  '62440004aabb',
  '40000005',
  '70000006',
].map((text) => Uint8Array.fromHex(text.replaceAll(' ', '')));

export function nextInput(random: Random): Uint8Array {
  if (random.chance(4)) return random.bytes(random.below(60));
  return spoilt(random, seeds);
}

export function allTargets(random: Random): FuzzTarget[] {
  const limits = { peers: 50, datagramsInTenS: 1_000_000 };
  const fresh = (): CoapEndpoint => createCoapEndpoint({ random: random.bytes, limits });
  let endpoint = fresh();
  let nowMs = 0;
  return [
    {
      name: 'message',
      feed: (bytes) => {
        if (!('ok' in decodeMessage(bytes))) throw new Error('no result');
      },
    },
    {
      name: 'endpoint',
      feed: (bytes) => {
        nowMs += random.below(3_000);
        if (random.chance(5_000)) endpoint = fresh();
        const peer = `peer ${random.below(80)}`;
        const output = endpoint.receive(peer, bytes, nowMs);
        for (const event of output.events) {
          if (event.kind !== 'request' || random.chance(3)) continue;
          const payload = new Uint8Array(random.below(2_000));
          endpoint.respond(event.exchange, { code: coapCodes.content, payload }, nowMs);
        }
        // Answers under the token and id of something that was asked, so that they are looked at.
        if (random.chance(4)) answerBadly(endpoint, peer, { random, nowMs });
        if (random.chance(10)) endpoint.tick(nowMs);
        if (endpoint.counts().peers > limits.peers) throw new Error('more peers than there may be');
      },
    },
  ];
}

function answerBadly(
  endpoint: CoapEndpoint,
  peer: string,
  { random, nowMs }: { readonly random: Random; readonly nowMs: number },
): void {
  const payload = new Uint8Array(random.below(1_500));
  const asked = endpoint.request(
    peer,
    { method: 'post', path: ['5', '0'], payload, observe: 0 },
    nowMs,
  );
  for (const { bytes } of asked.datagrams) {
    const tail = nextInput(random).subarray(4);
    const [head = 0, , high = 0, low = 0] = bytes;
    const kind = random.chance(2) ? 0x60 : 0x40;
    const codes = [0x45, 0x44, 0x5f, 0x84, random.below(256)];
    const codeByte = codes[random.below(codes.length)] ?? 0;
    const answer = [kind | (head & 15), codeByte, high, low, ...bytes.subarray(4, 4 + (head & 15))];
    endpoint.receive(peer, Uint8Array.of(...answer, ...tail), nowMs);
  }
}
