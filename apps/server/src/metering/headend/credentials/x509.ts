// X.509 (RFC 5280): authorities and what they sign, requests for certificates (PKCS #10), lists of
// what was revoked. Reading and writing is the library's (pkijs); which fields there are is ours:
// ECDSA P-256 with SHA-256 for all that we sign.

import { createHash, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { err, ok, type Result } from '@prewatt/quantities';
import { BitString, Integer, OctetString, Utf8String } from 'asn1js';
import {
  AltName,
  AttributeTypeAndValue,
  AuthorityKeyIdentifier,
  BasicConstraints,
  Certificate,
  CertificateRevocationList,
  CertificationRequest,
  Extension,
  Extensions,
  ExtKeyUsage,
  GeneralName,
  getHashAlgorithm,
  PublicKeyInfo,
  type RelativeDistinguishedNames,
  RevokedCertificate,
  Time,
} from 'pkijs';

export type Issuer = { readonly certificate: Uint8Array; readonly key: KeyObject };

/** Why a request is not signed. */
export type RequestFault =
  | 'requestMalformed'
  /** Its signature is not by the key that it names, or by a hash that proves nothing. */
  | 'requestUnproven'
  | 'requestForAnother'
  | 'requestKeyUnfit';

export const newKeyPair = () => generateKeyPairSync('ec', { namedCurve: 'P-256' });

/** A signature over another may have been made for something else. */
const provingHashes = ['SHA-256', 'SHA-384', 'SHA-512'];
const longestRequest = 8_000;
const commonNameId = '2.5.4.3';
const organisationId = '2.5.4.10';
const serverAuthId = '1.3.6.1.5.5.7.3.1';
const clientAuthId = '1.3.6.1.5.5.7.3.2';

const pem = (label: string, der: Uint8Array): string => {
  const lines =
    Buffer.from(der)
      .toString('base64')
      .match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`;
};
export const certificatePem = (der: Uint8Array): string => pem('CERTIFICATE', der);

const signingKey = (key: KeyObject) =>
  key.toCryptoKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign']);
const bytesOf = (buffer: ArrayBuffer): Buffer => Buffer.from(new Uint8Array(buffer));
const exactly = (bytes: Uint8Array): ArrayBuffer => Uint8Array.from(bytes).buffer;

function addName(names: RelativeDistinguishedNames, type: string, value: string): void {
  names.typesAndValues.push(new AttributeTypeAndValue({ type, value: new Utf8String({ value }) }));
}

const nameIn = (names: RelativeDistinguishedNames, type: string): string | null =>
  names.typesAndValues
    .filter((pair) => pair.type === type)
    .map((pair) => String(pair.value.valueBlock.value))[0] ?? null;

const extension = (
  extnID: string,
  critical: boolean,
  value: { toBER: (sizeOnly?: boolean) => ArrayBuffer },
): Extension => new Extension({ extnID, critical, extnValue: value.toBER(false) });

/** UTCTime up to 2049, GeneralizedTime from then on [RFC 5280, 4.1.2.5]. */
function timeOf(atMs: number): Time {
  const value = new Date(atMs);
  return new Time({ type: value.getUTCFullYear() < 2050 ? 0 : 1, value });
}

/** The digest that names a key in certificates [RFC 5280, 4.2.1.2, method 1]. */
const keyIdOf = (spki: Uint8Array): ArrayBuffer => {
  const { subjectPublicKey } = PublicKeyInfo.fromBER(exactly(spki));
  const bits = new Uint8Array(subjectPublicKey.valueBlock.valueHexView);
  return exactly(createHash('sha1').update(bits).digest());
};

export const spkiOf = (key: KeyObject): Buffer => key.export({ type: 'spki', format: 'der' });

type Purpose =
  | { readonly kind: 'authority' }
  | { readonly kind: 'server'; readonly hosts: readonly string[] }
  | { readonly kind: 'meter' };

export type NewCertificate = {
  readonly subject: { readonly name: string; readonly organisation?: string | undefined };
  readonly spki: Uint8Array;
  /** Null: by the subject's own key, which is then `signer`. */
  readonly issuer: Issuer | null;
  readonly signer: KeyObject;
  readonly purpose: Purpose;
  /** Hex, the first bit 0. */
  readonly serial: string;
  readonly notBeforeMs: number;
  readonly notAfterMs: number;
};

/** A certificate in DER. */
export async function signCertificate(o: NewCertificate): Promise<Buffer> {
  const certificate = new Certificate();
  certificate.version = 2;
  certificate.serialNumber = new Integer({ valueHex: exactly(Buffer.from(o.serial, 'hex')) });
  certificate.notBefore = timeOf(o.notBeforeMs);
  certificate.notAfter = timeOf(o.notAfterMs);
  addName(certificate.subject, commonNameId, o.subject.name);
  if (o.subject.organisation !== undefined) {
    addName(certificate.subject, organisationId, o.subject.organisation);
  }
  certificate.subjectPublicKeyInfo = PublicKeyInfo.fromBER(exactly(o.spki));
  const issuer = o.issuer === null ? null : Certificate.fromBER(exactly(o.issuer.certificate));
  certificate.issuer = issuer?.subject ?? certificate.subject;
  const issuerSpki =
    issuer === null ? o.spki : Buffer.from(issuer.subjectPublicKeyInfo.toSchema().toBER(false));
  certificate.extensions = extensionsOf(o, issuerSpki);
  await certificate.sign(await signingKey(o.signer), 'SHA-256');
  return bytesOf(certificate.toSchema(true).toBER(false));
}

function extensionsOf({ purpose, spki }: NewCertificate, issuerSpki: Uint8Array): Extension[] {
  const isAuthority = purpose.kind === 'authority';
  // keyCertSign and cRLSign, or digitalSignature [RFC 5280, 4.2.1.3].
  const usage = isAuthority ? { bits: 0x06, unused: 1 } : { bits: 0x80, unused: 7 };
  const keyUsage = new BitString({
    valueHex: exactly(Uint8Array.of(usage.bits)),
    unusedBits: usage.unused,
  });
  const keyId = new OctetString({ valueHex: keyIdOf(spki) });
  const of = new AuthorityKeyIdentifier({
    keyIdentifier: new OctetString({ valueHex: keyIdOf(issuerSpki) }),
  });
  const common = [
    extension('2.5.29.19', true, new BasicConstraints({ cA: isAuthority }).toSchema()),
    extension('2.5.29.15', true, keyUsage),
    extension('2.5.29.14', false, keyId),
    extension('2.5.29.35', false, of.toSchema()),
  ];
  if (purpose.kind === 'authority') return common;
  const id = purpose.kind === 'server' ? serverAuthId : clientAuthId;
  common.push(extension('2.5.29.37', false, new ExtKeyUsage({ keyPurposes: [id] }).toSchema()));
  if (purpose.kind === 'server') {
    const altNames = purpose.hosts.map((host) => {
      const isAddress = /^\d+\.\d+\.\d+\.\d+$/.test(host);
      const address = exactly(Uint8Array.from(host.split('.').map(Number)));
      return isAddress
        ? new GeneralName({ type: 7, value: new OctetString({ valueHex: address }) })
        : new GeneralName({ type: 2, value: host });
    });
    common.push(extension('2.5.29.17', false, new AltName({ altNames }).toSchema()));
  }
  return common;
}

/** The public key (SPKI, DER) of a request in PEM that its key has signed. */
export async function readRequest(
  text: string,
  meterPan: string,
): Promise<Result<Buffer, RequestFault>> {
  const body = /-----BEGIN (?:NEW )?CERTIFICATE REQUEST-----([\sA-Za-z0-9+/=]+)-----END /.exec(
    text,
  );
  if (body === null || text.length > longestRequest) return err('requestMalformed');
  let request: CertificationRequest;
  let spki: Buffer;
  let isProven: boolean;
  try {
    request = CertificationRequest.fromBER(exactly(Buffer.from(body[1] ?? '', 'base64')));
    spki = bytesOf(request.subjectPublicKeyInfo.toSchema().toBER(false));
    if (!isFitKey(spki)) return err('requestKeyUnfit');
    const hash = getHashAlgorithm(request.signatureAlgorithm);
    isProven = provingHashes.includes(hash) && (await request.verify());
  } catch {
    return err('requestMalformed');
  }
  if (!isProven) return err('requestUnproven');
  const name = nameIn(request.subject, commonNameId);
  if (name !== null && name !== meterPan) return err('requestForAnother');
  return ok(spki);
}

/** Throws on what is no key. */
function isFitKey(spki: Buffer): boolean {
  const key = createPublicKey({ key: spki, type: 'spki', format: 'der' });
  const { namedCurve, modulusLength = 0 } = key.asymmetricKeyDetails ?? {};
  if (key.asymmetricKeyType === 'ec') return ['prime256v1', 'secp384r1'].includes(namedCurve ?? '');
  return key.asymmetricKeyType === 'rsa' && modulusLength >= 2_048 && modulusLength <= 4_096;
}

/** A list of revoked certificates in PEM [RFC 5280, 5]. */
export async function signRevocations(
  issuer: Issuer,
  o: {
    readonly revoked: readonly {
      readonly serial: string;
      readonly atMs: number;
    }[];
    readonly number: number;
    readonly nowMs: number;
    readonly nextMs: number;
  },
): Promise<string> {
  const authority = Certificate.fromBER(exactly(issuer.certificate));
  const list = new CertificateRevocationList();
  list.version = 1;
  list.issuer = authority.subject;
  list.thisUpdate = timeOf(o.nowMs);
  list.nextUpdate = timeOf(o.nextMs);
  if (o.revoked.length > 0) {
    list.revokedCertificates = o.revoked.map(
      ({ serial, atMs }) =>
        new RevokedCertificate({
          userCertificate: new Integer({ valueHex: exactly(Buffer.from(serial, 'hex')) }),
          revocationDate: timeOf(atMs),
        }),
    );
  }
  const keyIdentifier = new OctetString({
    valueHex: keyIdOf(Buffer.from(authority.subjectPublicKeyInfo.toSchema().toBER(false))),
  });
  list.crlExtensions = new Extensions({
    extensions: [
      extension('2.5.29.35', false, new AuthorityKeyIdentifier({ keyIdentifier }).toSchema()),
      extension('2.5.29.20', false, new Integer({ value: o.number })),
    ],
  });
  await list.sign(await signingKey(issuer.key), 'SHA-256');
  return pem('X509 CRL', bytesOf(list.toSchema(true).toBER(false)));
}
