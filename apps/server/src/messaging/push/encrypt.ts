// What a browser's push service carries: a body that the browser alone opens (RFC 8291, aes128gcm
// of RFC 8188) and the proof of who sends it (VAPID, RFC 8292). Pure but for chance that is handed
// in.

import { createCipheriv, createECDH, createPrivateKey, hkdfSync, sign } from 'node:crypto';
import type { RandomBytes } from '@prewatt/quantities';

const recordSize = 4096;

export type PushKeys = {
  /** Of the browser: its public key (65 bytes) and its secret (16 bytes), base64url. */
  readonly p256dh: string;
  readonly auth: string;
};

/** One record, which is all that a push may carry. */
export function encryptPush(
  plain: string,
  keys: PushKeys,
  o: { readonly random: RandomBytes; readonly ownKey?: Uint8Array },
): Buffer {
  const theirs = Buffer.from(keys.p256dh, 'base64url');
  const ecdh = createECDH('prime256v1');
  if (o.ownKey === undefined) ecdh.generateKeys();
  else ecdh.setPrivateKey(o.ownKey);
  const ours = ecdh.getPublicKey();
  const salt = Buffer.from(o.random(16));
  const auth = Buffer.from(keys.auth, 'base64url');
  const info = Buffer.concat([Buffer.from('WebPush: info\0'), theirs, ours]);
  const input = derive(ecdh.computeSecret(theirs), { salt: auth, info, length: 32 });
  const key = derive(input, { salt, info: 'Content-Encoding: aes128gcm\0', length: 16 });
  const nonce = derive(input, { salt, info: 'Content-Encoding: nonce\0', length: 12 });
  const cipher = createCipheriv('aes-128-gcm', key, nonce);
  // 2: the last record.
  const body = Buffer.concat([cipher.update(plain), cipher.update(Buffer.of(2)), cipher.final()]);
  const size = Buffer.alloc(4);
  size.writeUInt32BE(recordSize);
  const head = Buffer.concat([salt, size, Buffer.of(ours.length), ours]);
  return Buffer.concat([head, body, cipher.getAuthTag()]);
}

const derive = (
  secret: Uint8Array,
  o: { readonly salt: Buffer; readonly info: string | Buffer; readonly length: number },
): Buffer => Buffer.from(hkdfSync('sha256', secret, o.salt, o.info, o.length));

export type VapidKeys = {
  /** 65 bytes and 32 bytes, base64url. */
  readonly publicKey: string;
  readonly privateKey: string;
  /** Whom the push service writes to: "mailto:…" or "https:…". */
  readonly subject: string;
};

/** The header `authorization` for a push to this origin, good for twelve hours. */
export function vapidHeader(
  { publicKey, privateKey, subject }: VapidKeys,
  o: { readonly origin: string; readonly nowMs: number },
): string {
  const point = Buffer.from(publicKey, 'base64url');
  const key = createPrivateKey({
    format: 'jwk',
    key: {
      ...{ kty: 'EC', crv: 'P-256', d: privateKey },
      x: point.subarray(1, 33).toString('base64url'),
      y: point.subarray(33).toString('base64url'),
    },
  });
  const json = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const exp = Math.floor(o.nowMs / 1000) + 12 * 3600;
  const signed = `${json({ typ: 'JWT', alg: 'ES256' })}.${json({ aud: o.origin, exp, sub: subject })}`;
  const signature = sign('sha256', Buffer.from(signed), { key, dsaEncoding: 'ieee-p1363' });
  return `vapid t=${signed}.${signature.toString('base64url')}, k=${publicKey}`;
}

/** Whether the two belong together: seen at the start, not by a browser that hears nothing. */
export function isVapidPair({ publicKey, privateKey }: Omit<VapidKeys, 'subject'>): boolean {
  const ecdh = createECDH('prime256v1');
  try {
    ecdh.setPrivateKey(Buffer.from(privateKey, 'base64url'));
    return ecdh.getPublicKey().equals(Buffer.from(publicKey, 'base64url'));
  } catch {
    return false;
  }
}
