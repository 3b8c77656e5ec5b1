// Keys and certificates that meters have for their links: one file each, for its owner only,
// replaced whole. Beside the meter's state, since the link and not the meter uses them.

import { renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { readSmallFile, replaceFile } from './small-file.ts';

export type LinkCertificate = { readonly keyPem: string; readonly certificatePem: string };
/** A key whose certificate was asked for. */
export type LinkRequest = { readonly keyPem: string; readonly csrPem: string };

export type CertificateStore = {
  /** Null when the meter has none. */
  readonly load: (meterPan: string) => LinkCertificate | null;
  /** One that no broker has accepted yet, beside the one that is in use. */
  readonly loadNext: (meterPan: string) => LinkCertificate | null;
  readonly saveNext: (meterPan: string, certificate: LinkCertificate) => void;
  /** It takes the place of the one in use, whole or not at all. */
  readonly promoteNext: (meterPan: string) => void;
  readonly dropNext: (meterPan: string) => void;
  readonly loadRequest: (meterPan: string) => LinkRequest | null;
  readonly saveRequest: (meterPan: string, request: LinkRequest) => void;
  readonly dropRequest: (meterPan: string) => void;
};

export function createCertificateStore(folder: string): CertificateStore {
  const certificateFile = (meterPan: string) => join(folder, `${meterPan}.link-certificate.pem`);
  const requestFile = (meterPan: string) => join(folder, `${meterPan}.link-request.pem`);
  const nextFile = (meterPan: string) => join(folder, `${meterPan}.link-certificate-next.pem`);
  const certificateIn = (file: string): LinkCertificate | null => {
    const text = readSmallFile(file);
    if (text === null) return null;
    return { keyPem: partOf(text, 'PRIVATE KEY'), certificatePem: partOf(text, 'CERTIFICATE') };
  };
  return {
    load: (meterPan) => certificateIn(certificateFile(meterPan)),
    loadNext: (meterPan) => certificateIn(nextFile(meterPan)),
    saveNext: (meterPan, { keyPem, certificatePem }) =>
      replaceFile(nextFile(meterPan), `${keyPem}${certificatePem}`),
    promoteNext: (meterPan) => renameSync(nextFile(meterPan), certificateFile(meterPan)),
    dropNext: (meterPan) => rmSync(nextFile(meterPan), { force: true }),
    loadRequest: (meterPan) => {
      const text = readSmallFile(requestFile(meterPan));
      if (text === null) return null;
      return { keyPem: partOf(text, 'PRIVATE KEY'), csrPem: partOf(text, 'CERTIFICATE REQUEST') };
    },
    saveRequest: (meterPan, { keyPem, csrPem }) =>
      replaceFile(requestFile(meterPan), `${keyPem}${csrPem}`),
    dropRequest: (meterPan) => rmSync(requestFile(meterPan), { force: true }),
  };
}

/** Throws on a file that holds no such part: it was written by hand, and not well. */
function partOf(text: string, label: string): string {
  const begin = `-----BEGIN ${label}-----`;
  const end = `-----END ${label}-----`;
  const [from, to] = [text.indexOf(begin), text.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`a link's file holds no ${label.toLowerCase()}`);
  return `${text.slice(from, to + end.length)}\n`;
}
