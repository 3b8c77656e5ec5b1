// Certificates that tests sign themselves, and a door that ends TLS before a port.

import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { once } from 'node:events';
import { type AddressInfo, connect } from 'node:net';
import { createServer } from 'node:tls';
import { Integer, Utf8String } from 'asn1js';
import { AttributeTypeAndValue, Certificate, PublicKeyInfo } from 'pkijs';

export const pair = () => generateKeyPairSync('ec', { namedCurve: 'P-256' });
export const spkiOf = (key: KeyObject) =>
  Uint8Array.from(key.export({ type: 'spki', format: 'der' })).buffer;

/** Just enough of a certificate. */
export async function sign(o: {
  readonly name: string;
  readonly spki: ArrayBuffer;
  readonly signer: KeyObject;
  readonly serial: string;
  readonly days: readonly [from: number, to: number];
}): Promise<string> {
  const certificate = new Certificate();
  certificate.version = 2;
  certificate.serialNumber = new Integer({ valueHex: Uint8Array.fromHex(o.serial).buffer });
  certificate.notBefore.value = new Date(Date.now() + o.days[0] * 86_400_000);
  certificate.notAfter.value = new Date(Date.now() + o.days[1] * 86_400_000);
  for (const names of [certificate.subject, certificate.issuer]) {
    const value = new Utf8String({ value: o.name });
    names.typesAndValues.push(new AttributeTypeAndValue({ type: '2.5.4.3', value }));
  }
  certificate.subjectPublicKeyInfo = PublicKeyInfo.fromBER(o.spki);
  const signing = { name: 'ECDSA', namedCurve: 'P-256' };
  await certificate.sign(o.signer.toCryptoKey(signing, false, ['sign']), 'SHA-256');
  const der = Buffer.from(certificate.toSchema(true).toBER(false)).toString('base64');
  return `-----BEGIN CERTIFICATE-----\n${der}\n-----END CERTIFICATE-----\n`;
}

/** Key and certificate of `localhost`, which is its own authority. */
export async function ownCertificate(): Promise<{ readonly key: string; readonly cert: string }> {
  const { privateKey, publicKey } = pair();
  const own = { spki: spkiOf(publicKey), signer: privateKey };
  return {
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    cert: await sign({ ...own, name: 'localhost', serial: '4000000000000001', days: [-1, 30] }),
  };
}

/** At `localhost`; what comes by TLS goes on to the port in clear. */
export async function startTlsBefore(toPort: number) {
  const { key, cert } = await ownCertificate();
  const server = createServer({ key, cert }, (socket) => {
    const far = connect(toPort, '127.0.0.1');
    for (const each of [socket, far]) {
      each.on('error', () => each.destroy());
      each.on('close', () => (each === socket ? far : socket).destroy());
    }
    socket.pipe(far).pipe(socket);
  });
  server.listen(0, 'localhost');
  await once(server, 'listening');
  const close = async (): Promise<void> => {
    server.close();
  };
  return { ca: cert, port: (server.address() as AddressInfo).port, close };
}
