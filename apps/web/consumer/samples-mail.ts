// E-mail on the page of messages, in every state, for tests.

import type { MailView } from '@prewatt/api';

const wants = { receipts: true, warnings: false, others: true };
const given = {
  ...{ address: 'ama.mensah@mail.example', isProved: false, isRefused: false, wants },
  wanted: null,
};
const proved = { ...given, isProved: true };
const wanted = 'ama@other.example';
const problem = 'This is not the code. Look at the mail again.';

export const mailStates: Readonly<Record<string, MailView>> = {
  given: { choice: { ...given, awaitsCode: true }, problem: null },
  'wrong code': { choice: { ...given, awaitsCode: true }, problem },
  'code over': { choice: { ...given, awaitsCode: false }, problem: null },
  proved: { choice: { ...proved, awaitsCode: false }, problem: null },
  'another waits': { choice: { ...proved, wanted, awaitsCode: true }, problem: null },
  'another is over': { choice: { ...proved, wanted, awaitsCode: false }, problem: null },
  'no mailbox': { choice: { ...given, isRefused: true, awaitsCode: false }, problem: null },
};
