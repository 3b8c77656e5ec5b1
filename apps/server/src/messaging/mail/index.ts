// E-mail beside text messages: queued with the message, sent by a job to addresses that were
// proved, by the first server that takes it.

import type { RandomBytes } from '@prewatt/quantities';
import { sql } from 'kysely';
import { type Database, deferToCommit, type Tx } from '../../base/database.ts';
import { type Jobs, jobsOf } from '../../base/jobs.ts';
import type { MessageKind } from '../messages/index.ts';
import { createPhones } from '../phones/index.ts';
import { type Addresses, createAddresses } from './addresses.ts';
import { groupOfKind } from './kinds.ts';
import { createMailServer, type Mail, type MailServer, type MailServerConfig } from './server.ts';
import { mailWordsOf, subjectOfMail } from './words.ts';

export type { Addresses, AddressRefusal, CodeRefusal, MailChoice } from './addresses.ts';
export { type MailGroup, mailGroups } from './kinds.ts';
export { createMailServer, type MailServerConfig, mailConfig } from './server.ts';

export type MailedMessage = {
  readonly utilityId: string;
  readonly bucket: number;
  readonly id: string;
  readonly phone: string;
};

/** The receipt of a sale as a file, and the link of its page; null where it has none. */
export type ReceiptFile = (o: {
  readonly utilityId: string;
  readonly bucket: number;
  readonly connectionId: string;
  readonly saleId: string;
  readonly language: string | null;
}) => Promise<(NonNullable<Mail['attachment']> & { readonly link: string }) | null>;

export type MailService = {
  readonly addresses: Addresses;
  /** Whether there is a server at all. */
  readonly isOn: boolean;
  /** In the transaction of the messages: those whose phone has a proved address go by mail, too. */
  readonly queue: (tx: Tx, messages: readonly MailedMessage[]) => Promise<void>;
  /** The job: throws while a mail could not be handed over, so that it is tried again. */
  readonly send: (o: Jobs['sendMails'], receiptFile: ReceiptFile) => Promise<void>;
  /** A mail to somebody of the utility, to whom it must go whatever they chose. */
  readonly hand: (
    mail: Pick<Mail, 'messageId' | 'to' | 'subject' | 'text'>,
  ) => ReturnType<MailServer['hand']>;
  readonly close: () => void;
};

export function createMailService(o: {
  readonly database: Database;
  readonly servers: readonly MailServerConfig[];
  readonly random: RandomBytes;
  readonly realNowMs: () => number;
  readonly publicUrl: string;
}): MailService {
  const servers = o.servers.map(createMailServer);
  const host = new URL(o.publicUrl).hostname;
  const phones = createPhones({ database: o.database, nowMs: o.realNowMs });
  const languageOf = async (phone: string) => (await phones.choicesOf(phone)).language;
  const addresses = createAddresses({
    ...{ ...o, hasServers: servers.length > 0 },
    sendCode: async ({ phone, address: to, code }) => {
      const words = mailWordsOf(await languageOf(phone));
      const messageId = `<code.${Buffer.from(o.random(12)).toString('hex')}@${host}>`;
      const said = { subject: words.codeSubject, text: words.code(code) };
      const mail = { messageId, to, ...said, choicesUrl: null, attachment: null };
      return (await handToFirst(servers, mail)).kind === 'taken';
    },
  });
  return {
    addresses,
    isOn: servers.length > 0,
    queue: async (tx, messages) => {
      if (servers.length === 0 || messages.length === 0) return;
      const { rows } = await sql<{ phone: string }>`SELECT phone
        FROM prewatt.mail_address_directory WHERE proved_at IS NOT NULL
        AND phone = ANY(${[...new Set(messages.map(({ phone }) => phone))]})`.execute(tx);
      const known = new Set(rows.map(({ phone }) => phone));
      const wanted = messages.filter(({ phone }) => known.has(phone));
      await deferToCommit(tx, saySendMails, wanted);
    },
    send: (job, receiptFile) =>
      sendMails({ ...o, servers, host, addresses, languageOf }, job, receiptFile),
    hand: (mail) => handToFirst(servers, { ...mail, choicesUrl: null, attachment: null }),
    close: () => {
      for (const server of servers) server.close();
    },
  };
}

/** A job each: one that is tried again sends no other again. */
const saySendMails = (messages: readonly MailedMessage[]) =>
  messages.length === 0
    ? []
    : [
        jobsOf(
          'sendMails',
          messages.map(({ utilityId, bucket, id }) => ({ utilityId, bucket, messageId: id })),
        ),
      ];

async function handToFirst(servers: readonly MailServer[], mail: Mail) {
  let last: Awaited<ReturnType<MailServer['hand']>> = { kind: 'later', reason: 'no server' };
  for (const server of servers) {
    last = await server.hand(mail);
    if (last.kind !== 'later') return last;
  }
  return last;
}

type Sending = {
  readonly database: Database;
  readonly servers: readonly MailServer[];
  readonly host: string;
  readonly publicUrl: string;
  readonly realNowMs: () => number;
  readonly addresses: Addresses;
  readonly languageOf: (phone: string) => Promise<string | null>;
};

async function sendMails(
  o: Sending,
  job: Jobs['sendMails'],
  receiptFile: ReceiptFile,
): Promise<void> {
  const { utilityId, bucket, messageId } = job;
  const found = await o.database.inUtility(utilityId, (tx) => beginMail(tx, o, job));
  if (found === null) return;
  const { message, address, utilityName, pageLanguage } = found;
  const kind = message.kind as MessageKind;
  const language = (await o.languageOf(message.phone)) ?? pageLanguage;
  const sale = /^sale:([0-9a-f-]{36})$/.exec(message.fact_key)?.[1];
  const receipt =
    sale === undefined
      ? null
      : await receiptFile({
          ...{ utilityId, bucket, language },
          ...{ connectionId: message.connection_id, saleId: sale },
        });
  const words = mailWordsOf(language);
  const below = [
    ...(receipt === null ? [] : [words.receipt(receipt.link)]),
    words.choices(o.publicUrl),
  ];
  const handed = await handToFirst(o.servers, {
    messageId: `<${messageId}@${o.host}>`,
    to: address,
    subject: subjectOfMail(kind, language),
    text: [message.text, '', utilityName, ...below].join('\n'),
    choicesUrl: o.publicUrl,
    attachment: receipt,
  });
  const at = new Date(o.realNowMs());
  const reason = handed.kind === 'taken' ? null : handed.reason;
  await o.database.inUtility(utilityId, async (tx) => {
    await tx
      .updateTable('mails')
      .set({
        reason,
        ...(handed.kind === 'taken' ? { taken_at: at } : {}),
        ...(handed.kind === 'refused' ? { refused_at: at } : {}),
      })
      .where('bucket', '=', bucket)
      .where('message_id', '=', messageId)
      .execute();
  });
  if (handed.kind === 'refused' && handed.noMailbox) await o.addresses.refuse(address);
  if (handed.kind === 'later') throw new Error('no mail server takes it now');
}

/** Writes the try down; null for what has gone, was refused, or is not wanted by mail. */
async function beginMail(tx: Tx, o: Sending, { utilityId, bucket, messageId }: Jobs['sendMails']) {
  const message = await tx
    .selectFrom('messages')
    .innerJoin('utilities', 'utilities.id', 'messages.utility_id')
    .select(['kind', 'fact_key', 'phone', 'text', 'connection_id', 'state', 'utilities.name'])
    .select('page_language')
    .where('bucket', '=', bucket)
    .where('messages.id', '=', messageId)
    .executeTakeFirst();
  if (message === undefined || message.state === 'dropped') return null;
  const choice = await o.addresses.of(message.phone);
  if (choice === null || !choice.isProved) return null;
  if (!choice.wants[groupOfKind[message.kind as MessageKind]]) return null;
  const at = new Date(o.realNowMs());
  const { rows } = await sql`INSERT INTO prewatt.mails AS m
      (bucket, message_id, utility_id, tries, tried_at)
    VALUES (${bucket}, ${messageId}::uuid, ${utilityId}::uuid, 1, ${at}::timestamptz)
    ON CONFLICT (bucket, message_id) DO UPDATE SET tries = m.tries + 1, tried_at = excluded.tried_at
      WHERE m.taken_at IS NULL AND m.refused_at IS NULL
    RETURNING tries`.execute(tx);
  if (rows.length === 0) return null;
  const { name: utilityName, page_language: pageLanguage } = message;
  return { message, address: choice.address, utilityName, pageLanguage };
}
