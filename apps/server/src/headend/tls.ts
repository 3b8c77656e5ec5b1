// The certificate of the embedded broker: from files, or from an authority of our own, made at the
// first start and kept in a folder. One certificate of one shape (X.509 v3, RFC 5280, ECDSA P-256
// with SHA-256), written in DER by hand: ADR 0012 says why no library does it.

import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export type TlsFiles = { readonly cert: string; readonly key: string };

const yearMs = 365 * 86_400_000;

const der = (tag: number, ...parts: readonly Uint8Array[]): Buffer => {
  const body = Buffer.concat(parts);
  const { length } = body;
  const size =
    length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 255];
  return Buffer.concat([Buffer.from([tag, ...size]), body]);
};
const sequence = (...parts: readonly Uint8Array[]): Buffer => der(0x30, ...parts);
const integer = (bytes: Uint8Array): Buffer =>
  der(0x02, (bytes[0] ?? 0) & 0x80 ? Buffer.concat([Buffer.from([0]), bytes]) : bytes);
const bits = (bytes: Uint8Array): Buffer => der(0x03, Buffer.from([0]), bytes);
const octets = (bytes: Uint8Array): Buffer => der(0x04, bytes);
const oid = (hex: string): Buffer => der(0x06, Buffer.from(hex, 'hex'));
const yes = der(0x01, Buffer.from([0xff]));

const ecdsaWithSha256 = sequence(oid('2a8648ce3d040302'));
const commonName = (name: string): Buffer =>
  sequence(der(0x31, sequence(oid('550403'), der(0x0c, Buffer.from(name)))));
/** UTCTime up to 2049, GeneralizedTime from then on [RFC 5280, 4.1.2.5]. */
function time(atMs: number): Buffer {
  const digits = new Date(atMs).toISOString().replace(/[-:T]|\.\d+/g, '');
  return Number(digits.slice(0, 4)) < 2050
    ? der(0x17, Buffer.from(digits.slice(2)))
    : der(0x18, Buffer.from(digits));
}
const extension = (id: string, critical: boolean, value: Buffer): Buffer =>
  sequence(oid(id), ...(critical ? [yes] : []), octets(value));

type Party = { readonly name: string; readonly key: KeyObject };

/** A certificate in PEM; `hosts`: names and IPv4 addresses of a server, none for an authority. */
export function makeCertificate(o: {
  readonly subject: { readonly name: string; readonly publicKey: KeyObject };
  readonly issuer: Party;
  readonly hosts: readonly string[];
  readonly nowMs: number;
  readonly years: number;
}): string {
  const isAuthority = o.hosts.length === 0;
  const publicKey = o.subject.publicKey.export({ type: 'spki', format: 'der' });
  const keyId = createHash('sha1').update(publicKey).digest();
  const names = o.hosts.map((host) =>
    /^\d+\.\d+\.\d+\.\d+$/.test(host)
      ? der(0x87, Buffer.from(host.split('.').map(Number)))
      : der(0x82, Buffer.from(host)),
  );
  const extensions = sequence(
    extension('551d13', true, isAuthority ? sequence(yes) : sequence()),
    // keyCertSign for the authority, digitalSignature for the server.
    extension('551d0f', true, der(0x03, Buffer.from(isAuthority ? [2, 0x04] : [7, 0x80]))),
    extension('551d0e', false, octets(keyId)),
    ...(isAuthority
      ? []
      : [
          extension('551d11', false, sequence(...names)),
          extension('551d25', false, sequence(oid('2b06010505070301'))),
        ]),
  );
  const body = sequence(
    der(0xa0, integer(Buffer.from([2]))),
    integer(Buffer.concat([Buffer.from([0x40]), randomBytes(15)])),
    ecdsaWithSha256,
    commonName(o.issuer.name),
    sequence(time(o.nowMs - 3_600_000), time(o.nowMs + o.years * yearMs)),
    commonName(o.subject.name),
    publicKey,
    der(0xa3, extensions),
  );
  const signature = sign('sha256', body, o.issuer.key);
  const whole = sequence(body, ecdsaWithSha256, bits(signature)).toString('base64');
  const lines = whole.match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}

/** The names of the files in the folder; meters are given `ca.pem`. */
const files = { ca: 'ca.pem', cert: 'server.pem', key: 'server.key' };

/**
 * Reads the folder, or makes authority and server certificate in it (mode 0600). The authority's
 * key is used once and kept nowhere: a new server certificate means a new authority.
 */
export function ensureOwnCertificate(
  folder: string,
  o: { readonly hosts: readonly string[]; readonly nowMs: number },
): TlsFiles {
  const at = (name: string): string => join(folder, name);
  if (!existsSync(at(files.ca))) {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const pair = () => generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const [authority, server] = [pair(), pair()];
    const issuer = { name: 'Prewatt meters', key: authority.privateKey };
    const common = { issuer, nowMs: o.nowMs, years: 20 };
    const write = (name: string, text: string): void => {
      writeFileSync(at(`${name}.new`), text, { mode: 0o600 });
      renameSync(at(`${name}.new`), at(name));
    };
    const key = server.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    write(files.key, key);
    write(
      files.cert,
      makeCertificate({
        ...common,
        subject: { name: o.hosts[0] ?? 'localhost', publicKey: server.publicKey },
        hosts: o.hosts.length > 0 ? o.hosts : ['localhost'],
      }),
    );
    // Last: its presence says that all of it is there.
    write(
      files.ca,
      makeCertificate({
        ...common,
        subject: { name: issuer.name, publicKey: authority.publicKey },
        hosts: [],
      }),
    );
  }
  return { cert: readFileSync(at(files.cert), 'utf8'), key: readFileSync(at(files.key), 'utf8') };
}
