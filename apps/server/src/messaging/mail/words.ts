// What mails say beside the text of a message, in the language that the phone chose.

import type { MessageKind } from '../messages/index.ts';
import { pushText } from '../push/index.ts';
import { sayTo } from '../texts/index.ts';

export type MailWords = {
  readonly codeSubject: string;
  readonly code: (code: string) => string;
  /** Under the mail of a purchase: where its state and receipt are. */
  readonly receipt: (url: string) => string;
  /** Under each mail: where to choose what comes. */
  readonly choices: (url: string) => string;
};

export const mailWordsOf = (language: string | null): MailWords => ({
  codeSubject: sayTo(language, 'mail.codeSubject', {}),
  code: (code) => sayTo(language, 'mail.code', { code }),
  receipt: (url) => sayTo(language, 'mail.receipt', { url }),
  choices: (url) => sayTo(language, 'mail.choices', { url }),
});

/** As a notification says it; but a token stands in the mail itself. */
export const subjectOfMail = (kind: MessageKind, language: string | null): string =>
  kind === 'tokenIssued' ? sayTo(language, 'mail.tokenHere', {}) : pushText(language, kind);
