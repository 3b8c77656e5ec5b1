// What mails say beside the text of a message, in the languages that phones choose.

import type { MessageKind } from '../messages/index.ts';
import { pushText } from '../push/index.ts';
import { inLanguageOfPhone } from './kinds.ts';

export type MailWords = {
  readonly codeSubject: string;
  readonly code: (code: string) => string;
  /** Under each mail: where to choose what comes. */
  readonly choices: (url: string) => string;
};

const english: MailWords = {
  codeSubject: 'Your code',
  code: (code) =>
    `${code} is your code. Type it on the page where you gave this address, within 15 minutes.\n\nIf you did not ask for it, do nothing: no more mail will come.`,
  choices: (url) => `What you get by mail: ${url}`,
};

const swahili: MailWords = {
  codeSubject: 'Msimbo wako',
  code: (code) =>
    `${code} ni msimbo wako. Uandike kwenye ukurasa ulipoweka anwani hii, ndani ya dakika 15.\n\nKama hukuuomba, usifanye chochote: hutapata barua pepe nyingine.`,
  choices: (url) => `Unachopata kwa barua pepe: ${url}`,
};

/** By language; English is for whoever chose none. */
export const mailLanguages = { en: english, sw: swahili } as const;

export const mailWordsOf = (language: string | null): MailWords =>
  language === 'sw' ? swahili : english;

/** A mail is in one language: that of its text. */
export const languageOfMail = (kind: MessageKind, ofPhone: string | null): string | null =>
  inLanguageOfPhone.has(kind) ? ofPhone : null;

/** As a notification says it; but a token stands in the mail itself. */
export const subjectOfMail = (kind: MessageKind, language: string | null): string =>
  kind === 'tokenIssued' ? 'Your token is here.' : pushText(language, kind);
