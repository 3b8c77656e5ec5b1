// What to do about a command_status: go on, wait, try later, or never again. One table for answers
// to messages, one for answers to a bind.

export type SubmitAction =
  | 'sent'
  | 'backoff-same-message'
  | 'retry-later'
  | 'rebind-backoff'
  | 'fail-permanent'
  | 'stop-config';

const throttled = [0x14, 0x58];
const temporary = [0x08, 0x45, 0x64, 0x66, 0xfe, 0xff];
const permanent = [
  0x01, 0x02, 0x03, 0x0a, 0x0b, 0x33, 0x40, 0x43, 0x48, 0x49, 0x50, 0x51, 0x61,
].concat([0x62, 0x63, 0x65]);
const configuration = [0x0e, 0x0f];
const bindLost = [0x04, 0x05, 0x0d];

/** Of submit_sm_resp (or another answer to a message), and of the answers to a bind. */
export function actionOnStatus(pdu: string, status: number): SubmitAction {
  const bind = pdu.startsWith('bind');
  if (status === 0) return 'sent';
  if (configuration.includes(status)) return 'stop-config';
  if (bindLost.includes(status)) return 'rebind-backoff';
  if (bind) return 'rebind-backoff';
  if (throttled.includes(status)) return 'backoff-same-message';
  if (temporary.includes(status)) return 'retry-later';
  if (permanent.includes(status)) return 'fail-permanent';
  // Vendors' own codes: tried again, since giving up a token is worse than sending it twice.
  return 'retry-later';
}
