// Meters' keys, and requests for certificates of them (PKCS #10), as a maker's tools would write.

import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { Utf8String } from 'asn1js';
import { AttributeTypeAndValue, CertificationRequest, PublicKeyInfo } from 'pkijs';

export type MeterKey = { readonly keyPem: string; readonly csrPem: string };

const exactly = (bytes: Uint8Array): ArrayBuffer => Uint8Array.from(bytes).buffer;

/** `signer`: another key than the one that the request names. */
export async function makeRequest(
  name: string | null,
  o: { readonly curve?: string; readonly signer?: KeyObject; readonly hash?: string } = {},
): Promise<MeterKey> {
  const { curve = 'P-256' } = o;
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: curve });
  const request = new CertificationRequest();
  if (name !== null) {
    const value = new Utf8String({ value: name });
    request.subject.typesAndValues.push(new AttributeTypeAndValue({ type: '2.5.4.3', value }));
  }
  const spki = publicKey.export({ type: 'spki', format: 'der' });
  request.subjectPublicKeyInfo = PublicKeyInfo.fromBER(exactly(spki));
  const algorithm = { name: 'ECDSA', namedCurve: curve };
  const signing = (o.signer ?? privateKey).toCryptoKey(algorithm, false, ['sign']);
  await request.sign(signing, o.hash ?? 'SHA-256');
  const der = Buffer.from(request.toSchema().toBER(false)).toString('base64');
  return {
    keyPem: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    csrPem: [
      '-----BEGIN CERTIFICATE REQUEST-----',
      ...(der.match(/.{1,64}/g) ?? []),
      '-----END CERTIFICATE REQUEST-----\n',
    ].join('\n'),
  };
}
