// How a meter comes by its certificate over its own link, and by the next one before the first
// ends. An affair of the link, above the meter itself, which knows nothing of it.

import { z } from 'zod';

/** Why a meter's request for a certificate was not signed. */
export const certificateRefusals = [
  'requestMalformed',
  'requestUnproven',
  'requestForAnother',
  'requestKeyUnfit',
  /** Asked too often within a day. */
  'tooMany',
  'linkRevoked',
] as const;
export type CertificateRefusal = (typeof certificateRefusals)[number];

const pem = z.string().min(64).max(8_000);
export const certificateSerial = z.string().regex(/^[0-9a-f]{16}$/);

export const linkUpMessage = z.discriminatedUnion('kind', [
  /**
   * A request for a certificate (PKCS #10, PEM) of a key that the meter has made. Not numbered: one
   * that is asked again, by the same key, gets the same certificate again.
   */
  z.strictObject({ kind: z.literal('certificateRequest'), csrPem: pem }),
  /**
   * The meter has connected with this certificate: the head-end hears it where the broker is not
   * its own and cannot tell. Said after the first connect with it.
   */
  z.strictObject({ kind: z.literal('certificateInUse'), serial: certificateSerial }),
]);
export type LinkUpMessage = z.output<typeof linkUpMessage>;

export const linkDownMessage = z.discriminatedUnion('kind', [
  /** The answer to `certificateRequest`. Lost: the meter asks again. */
  z.strictObject({ kind: z.literal('certificate'), certificatePem: pem }),
  z.strictObject({
    kind: z.literal('certificateRefused'),
    reason: z.enum(certificateRefusals),
  }),
]);
export type LinkDownMessage = z.output<typeof linkDownMessage>;
