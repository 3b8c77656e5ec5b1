// A mail server by SMTP (RFC 5321), behind what the rest needs of it: hand a mail over, or say
// whether it lets us in. Answers are closed: taken, refused for good, no such mailbox, or later.

import { err, ok, type Result } from '@prewatt/quantities';
import nodemailer from 'nodemailer';
import { z } from 'zod';

const loopback = /^(localhost|127\.\d+\.\d+\.\d+|::1)$/;

export const mailServerConfig = z
  .strictObject({
    host: z.string().min(1).max(253),
    port: z.number().int().min(1).max(65_535).default(587),
    /** `tls` from the first byte (465), `startTls` before anything else (587). */
    security: z.enum(['tls', 'startTls', 'none']).default('startTls'),
    user: z.string().min(1).max(254).nullable().default(null),
    password: z.string().min(1).max(200).nullable().default(null),
    /** The authority of a server whose certificate no public one signed, as PEM. */
    authority: z
      .string()
      .startsWith('-----BEGIN CERTIFICATE-----')
      .max(20_000)
      .nullable()
      .default(null),
    /** "Utility <no-reply@utility.example>" or the address alone. */
    from: z.string().regex(/^[^\r\n]*<?[^\s<>@]+@[^\s<>@]+>?$/),
  })
  .refine((o) => (o.user === null) === (o.password === null), 'user and password belong together')
  .refine(
    (o) => o.security !== 'none' || loopback.test(o.host),
    'security none: this machine only',
  );
export type MailServerConfig = z.output<typeof mailServerConfig>;

/** `mail` of the secrets file: in the order in which they are tried. */
export const mailConfig = z.array(mailServerConfig).max(3).default([]);

export type Mail = {
  /** For ever the same for one mail. */
  readonly messageId: string;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  /** Of the page where its reader says what they want by mail. */
  readonly choicesUrl: string | null;
  readonly attachment: { readonly fileName: string; readonly bytes: Uint8Array } | null;
};

/** Reasons are for the operator, and hold no secret. */
export type MailHanded =
  | { readonly kind: 'taken' }
  | { readonly kind: 'refused'; readonly reason: string; readonly noMailbox: boolean }
  | { readonly kind: 'later'; readonly reason: string };

export type MailServer = {
  readonly name: string;
  /** Never throws, and answers within half a minute. */
  readonly hand: (mail: Mail) => Promise<MailHanded>;
  /** Whether it can be reached and lets us in, without sending anything. */
  readonly check: () => Promise<Result<string, string>>;
  readonly close: () => void;
};

const patienceMs = 20_000;

export function createMailServer(config: MailServerConfig): MailServer {
  const { host, port, security, user, password, authority, from } = config;
  const transport = nodemailer.createTransport({
    ...{ host, port, pool: true, maxConnections: 2, secure: security === 'tls' },
    ...(security === 'startTls' ? { requireTLS: true } : {}),
    ...(security === 'none' ? { ignoreTLS: true } : {}),
    ...(user === null || password === null ? {} : { auth: { user, pass: password } }),
    // The certificate is checked by name and authority before anything else is said.
    tls: authority === null ? {} : { ca: authority },
    ...{ connectionTimeout: patienceMs, greetingTimeout: patienceMs, socketTimeout: patienceMs },
    // A text of ours is a text: never a file or an address to be fetched.
    ...{ disableFileAccess: true, disableUrlAccess: true },
  });
  const name = `${host}:${port}`;
  return {
    name,
    hand: async (mail) => {
      try {
        await transport.sendMail(letterOf(mail, from));
        return { kind: 'taken' };
      } catch (error) {
        return handedOf(error);
      }
    },
    check: async () => {
      try {
        await transport.verify();
        return ok(`${name} lets us in`);
      } catch (error) {
        return err(`${name}: ${faultOf(error).words}`);
      }
    },
    close: () => transport.close(),
  };
}

function letterOf(mail: Mail, from: string) {
  const { messageId, to, subject, text, choicesUrl, attachment } = mail;
  return {
    ...{ from, to, subject, text, messageId },
    headers: {
      'Auto-Submitted': 'auto-generated',
      ...(choicesUrl === null ? {} : { 'List-Unsubscribe': `<${choicesUrl}>` }),
    },
    attachments:
      attachment === null
        ? []
        : [
            {
              filename: attachment.fileName,
              content: Buffer.from(attachment.bytes),
              contentType: 'application/pdf',
            },
          ],
  };
}

type SmtpFault = { readonly words: string; readonly status: number; readonly at: string };

/** The server's words without line ends; a fault of the way has no status. */
function faultOf(error: unknown): SmtpFault {
  const fault = error as {
    responseCode?: number;
    response?: string;
    code?: string;
    command?: string;
    message?: string;
  };
  // Of the way, and of a certificate: without what we sent.
  const isOfWay = fault.code === 'ESOCKET' || fault.code === 'ETLS';
  const ofWay = isOfWay ? `${fault.code}: ${fault.message ?? ''}` : fault.code;
  const words = (fault.response ?? ofWay ?? 'no answer').replace(/\s+/g, ' ').slice(0, 200);
  return { words, status: fault.responseCode ?? 0, at: fault.command ?? '' };
}

/** Refused for good (5xx) is this mail's matter, unless the server does not know us. */
function handedOf(error: unknown): MailHanded {
  const { words, status, at } = faultOf(error);
  const aboutUs = at.startsWith('AUTH') || at === 'CONN' || status === 530 || status === 535;
  if (status < 500 || aboutUs) return { kind: 'later', reason: words };
  const noMailbox =
    /\b5\.1\.\d/.test(words) || (at === 'RCPT TO' && [550, 551, 553].includes(status));
  return { kind: 'refused', reason: words, noMailbox };
}
