// States as words and colours: one total map per closed union, so that a new state does not compile
// until it has both.

import type {
  CommandRow,
  CommandStage,
  MessageRow,
  MeterRow,
  SaleState,
  TokenRow,
} from '@prewatt/api';
import type { MeterFilter } from '../state/search.ts';

export type Tone = 'good' | 'warn' | 'bad' | 'busy' | 'quiet';
export type Label = { readonly text: string; readonly tone: Tone };

export const toneColour: Record<Tone, string> = {
  good: 'teal',
  warn: 'yellow',
  bad: 'red',
  busy: 'blue',
  quiet: 'gray',
};

export const saleLabels: Record<SaleState, Label> = {
  awaitingPayment: { text: 'Awaiting payment', tone: 'busy' },
  paymentRefused: { text: 'Payment refused', tone: 'quiet' },
  paymentExpired: { text: 'Payment expired', tone: 'quiet' },
  issued: { text: 'Waiting for the meter', tone: 'busy' },
  delivered: { text: 'Delivered', tone: 'good' },
  stuck: { text: 'Stuck', tone: 'bad' },
  reversed: { text: 'Reversed', tone: 'quiet' },
};

export const switchLabels: Record<NonNullable<MeterRow['loadSwitch']>, Label> = {
  connected: { text: 'Connected', tone: 'good' },
  disconnected: { text: 'Disconnected', tone: 'bad' },
  readyForReconnection: { text: 'Ready to reconnect', tone: 'warn' },
};

export const creditLabels: Record<NonNullable<MeterRow['creditStatus']>, Label> = {
  inCredit: { text: 'In credit', tone: 'good' },
  lowCredit: { text: 'Low', tone: 'warn' },
  outOfCredit: { text: 'Out', tone: 'bad' },
};

export const stageLabels: Record<CommandStage, Label> = {
  queued: { text: 'Queued', tone: 'busy' },
  sent: { text: 'Sent', tone: 'busy' },
  awaitingResult: { text: 'Awaiting result', tone: 'busy' },
  retry: { text: 'Waiting to retry', tone: 'warn' },
  cancelling: { text: 'Being taken back', tone: 'busy' },
  done: { text: 'Done', tone: 'good' },
  refused: { text: 'Refused', tone: 'bad' },
  cancelled: { text: 'Taken back', tone: 'quiet' },
  superseded: { text: 'Replaced', tone: 'quiet' },
  expired: { text: 'Expired', tone: 'bad' },
};

export const commandLabels: Record<CommandRow['kind'], string> = {
  deliverToken: 'Deliver token',
  readNow: 'Read now',
  switchOpen: 'Switch off',
  switchClose: 'Switch on',
  switchArm: 'Let a hand switch on',
  setPowerLimit: 'Set power limit',
  setEmergencyCredit: 'Set emergency credit',
  setProtection: 'Set protection rules',
  setTariff: 'Set tariff',
  setPaymentMode: 'Set payment mode',
  setControlMode: 'Set control mode of the switch',
  setLights: 'Set dim programme',
  setClock: 'Set clock',
  setLinkSecret: 'Change link secret',
  renewCertificate: 'Renew certificate',
};

export const tokenLabels: Record<TokenRow['state'], Label> = {
  issued: { text: 'Not yet accepted', tone: 'busy' },
  accepted: { text: 'Accepted', tone: 'good' },
  refused: { text: 'Refused', tone: 'bad' },
};

export const originLabels: Record<NonNullable<TokenRow['origin']>, string> = {
  keypad: 'by keypad',
  remote: 'remotely',
  card: 'by card',
};

export const messageLabels: Record<MessageRow['state'], Label> = {
  waiting: { text: 'Waits for the end of quiet hours', tone: 'busy' },
  dropped: { text: 'Not sent: overtaken or not wanted', tone: 'quiet' },
  queued: { text: 'Queued', tone: 'busy' },
  sent: { text: 'Sent', tone: 'good' },
  delivered: { text: 'Delivered', tone: 'good' },
  failed: { text: 'Failed', tone: 'bad' },
};

const attemptWords: Record<MessageRow['attempts'][number]['outcome'], string> = {
  handing: 'is being handed over',
  accepted: 'taken',
  refused: 'refused',
  later: 'not now',
  unknown: 'no clear answer',
  delivered: 'delivered',
  undelivered: 'not delivered',
};

/** "smpp: not delivered (EXPIRED 000), tried 2 times", one for each gateway in order. */
export const attemptTexts = ({ attempts }: Pick<MessageRow, 'attempts'>): string[] =>
  attempts.map(({ gateway, outcome, reason, tries }) => {
    const why = reason === null ? '' : ` (${reason})`;
    const often = tries === 1 ? '' : `, tried ${tries} times`;
    return `${gateway}: ${attemptWords[outcome]}${why}${often}`;
  });

export const filterLabels: Record<MeterFilter, string> = {
  all: 'All',
  connected: 'Connected',
  disconnected: 'Disconnected',
  lowCredit: 'Low credit',
  outOfCredit: 'Out of credit',
  silent: 'Silent',
};

/** Who holds the credit, and in what. */
export const creditModeLabels: Record<MeterRow['creditMode'], string> = {
  energy: 'Energy, in the meter',
  money: 'Money, in the meter',
  wallet: 'Money, in a wallet',
};

export const roleLabels = {
  administrator: 'Administrator',
  operator: 'Operator',
  viewer: 'Viewer',
  technician: 'Technician',
  auditor: 'Auditor',
} as const;

const openStages: readonly CommandStage[] = [
  'queued',
  'sent',
  'awaitingResult',
  'retry',
  'cancelling',
];

/** Whether a command still waits for something. */
export const isOpenStage = (stage: CommandStage): boolean => openStages.includes(stage);

/** "accepted, 8.9 kWh" -> "Accepted, 8.9 kWh": for words that come finished from the server. */
export const sentence = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** "keyExpired" -> "Key expired": for codes that come without words of their own. */
export function codeText(code: string): string {
  const words = code
    .replace(/[-_]/g, ' ')
    .replace(/([a-z\d])([A-Z])/g, '$1 $2')
    .toLowerCase();
  return sentence(words);
}
