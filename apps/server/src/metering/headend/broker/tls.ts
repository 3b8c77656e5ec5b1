// The certificate of the embedded broker: from files, or from an authority of our own, made at the
// first start and kept in a folder (ADR 0012). Certificates of meters have authorities of the
// utility: authorities.ts.

import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { hourMs } from '@prewatt/quantities';
import { certificatePem, newKeyPair, signCertificate, spkiOf } from '../credentials/x509.ts';

export type TlsFiles = { readonly cert: string; readonly key: string };

const yearMs = 365 * 86_400_000;
const newSerial = (): string => `40${randomBytes(15).toString('hex')}`;

/** The names of the files in the folder; meters are given `ca.pem`. */
const files = { ca: 'ca.pem', cert: 'server.pem', key: 'server.key' };

/**
 * Reads the folder, or makes authority and server certificate in it (mode 0600). The authority's
 * key is used once and kept nowhere: a new server certificate means a new authority.
 */
export async function ensureOwnCertificate(
  folder: string,
  o: { readonly hosts: readonly string[]; readonly nowMs: number },
): Promise<TlsFiles> {
  const at = (name: string): string => join(folder, name);
  if (!existsSync(at(files.ca))) {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const write = (name: string, text: string): void => {
      writeFileSync(at(`${name}.new`), text, { mode: 0o600 });
      renameSync(at(`${name}.new`), at(name));
    };
    const made = await makeOwn(o);
    write(files.key, made.key);
    write(files.cert, made.cert);
    // Last: its presence says that all of it is there.
    write(files.ca, made.ca);
  }
  return { cert: readFileSync(at(files.cert), 'utf8'), key: readFileSync(at(files.key), 'utf8') };
}

async function makeOwn(o: {
  readonly hosts: readonly string[];
  readonly nowMs: number;
}): Promise<TlsFiles & { readonly ca: string }> {
  const [authority, server] = [newKeyPair(), newKeyPair()];
  const common = {
    signer: authority.privateKey,
    notBeforeMs: o.nowMs - hourMs,
    notAfterMs: o.nowMs + 20 * yearMs,
  };
  const ca = await signCertificate({
    ...common,
    subject: { name: 'Prewatt meters' },
    spki: spkiOf(authority.publicKey),
    issuer: null,
    purpose: { kind: 'authority' },
    serial: newSerial(),
  });
  const hosts = o.hosts.length > 0 ? o.hosts : ['localhost'];
  const cert = await signCertificate({
    ...common,
    subject: { name: hosts[0] ?? 'localhost' },
    spki: spkiOf(server.publicKey),
    issuer: { certificate: ca, key: authority.privateKey },
    purpose: { kind: 'server', hosts },
    serial: newSerial(),
  });
  const key = server.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  return { ca: certificatePem(ca), cert: certificatePem(cert), key };
}
