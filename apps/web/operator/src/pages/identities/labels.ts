// Words of the list of identities.

import type { IdentityRow, IdentityShow } from '@prewatt/api';
import type { Label } from '../../text/labels.ts';

export const showNames: Readonly<Record<IdentityShow, string>> = {
  all: 'All',
  ending: 'Ends soon',
  ended: 'Ended',
  failed: 'Renewal failed',
  waiting: 'Being renewed',
  neverRenewed: 'Never renewed',
  revoked: 'Revoked',
};

export const showMeaning: Readonly<Record<IdentityShow, string>> = {
  all: 'Meters with a link, and the secret or certificate of each. What ends first is at the top.',
  ending:
    'Certificates whose end is near and that their meters did not renew by themselves. Renew ' +
    'them from the connection’s page; a meter that does not follow is paired at the home.',
  ended: 'With these certificates the meters cannot connect any more: pair them at the home.',
  failed:
    'A renewal was refused, never answered, or the new one is not used. What these meters had ' +
    'before still works, until it ends.',
  waiting: 'A new secret or certificate is on its way; what they have works until they use it.',
  neverRenewed: 'These meters still use the secret from the factory: others may have seen it.',
  revoked: 'These meters cannot connect until they are paired anew.',
};

export const emptyLabels: Readonly<Record<IdentityShow, string>> = {
  all: 'No meter has a link yet.',
  ending: 'No certificate ends soon: meters have renewed theirs, or have a secret.',
  ended: 'No certificate in use has ended.',
  failed: 'No renewal has failed.',
  waiting: 'No meter is about to get another identity.',
  neverRenewed: 'Each meter has changed the secret of its factory.',
  revoked: 'No meter’s link is revoked.',
};

export function identityLabel(row: IdentityRow): Label {
  if (row.revokedAt !== null) return { text: 'Revoked', tone: 'bad' };
  if (row.kind === 'nothingYet') return { text: 'Nothing yet', tone: 'warn' };
  if (row.kind === 'secret') {
    return row.isOfFactory
      ? { text: 'Factory password', tone: 'quiet' }
      : { text: 'A secret', tone: 'good' };
  }
  const tone = row.ends === 'ended' ? 'bad' : row.ends === 'ending' ? 'warn' : 'good';
  return { text: 'A certificate', tone };
}

export const renewalLabels: Readonly<
  Record<NonNullable<IdentityRow['renewal']>['state'], Label & { readonly note: string }>
> = {
  waiting: { text: 'On its way', tone: 'busy', note: 'Works from its first use on' },
  refused: { text: 'Refused', tone: 'bad', note: 'The meter says that it cannot' },
  unanswered: { text: 'Unanswered', tone: 'bad', note: 'Sent, and the meter did not answer' },
  unused: { text: 'Not used', tone: 'bad', note: 'The meter has a new one and does not use it' },
};
