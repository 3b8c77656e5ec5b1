// Words about how a meter proves who it is.

import type { LinkView } from '@prewatt/api';
import type { Label } from '../../text/labels.ts';

export const identityKinds: Readonly<Record<LinkView['kind'], string>> = {
  none: 'Nothing: it has no link',
  secret: 'A secret',
  certificate: 'A certificate',
  nothingYet: 'Nothing yet: what it had was revoked',
  driver: 'Its keys, at another driver than MQTT',
};

/** What an identity that was not used yet means for the one of before. */
export const newOneText = ({ kind }: LinkView): string =>
  kind === 'nothingYet'
    ? 'A certificate waits for its first use'
    : 'A new one is on its way; this one works until it is used';

export const certificateLabels: Readonly<Record<LinkView['certificates'][number]['state'], Label>> =
  {
    waiting: { text: 'Waits for its first use', tone: 'busy' },
    inUse: { text: 'In use', tone: 'good' },
    expired: { text: 'Expired', tone: 'bad' },
    replaced: { text: 'Replaced', tone: 'quiet' },
    revoked: { text: 'Revoked', tone: 'bad' },
  };

export const linkActionLabels: Readonly<Record<LinkView['history'][number]['act'], string>> = {
  claimed: 'first connected with its factory’s secret',
  paired: 'paired with another secret',
  rotationAsked: 'a new one asked for',
  rotated: 'the new one was used',
  revoked: 'revoked',
  certified: 'certificate made:',
  renewed: 'the meter asked for a certificate:',
  driverLinked: 'linked by another driver than MQTT',
  driverEnded: 'let go by the other driver',
  driverKeysAsked: 'other DLMS keys asked for',
  driverKeysChanged: 'other DLMS keys proved by the meter',
};

export const linkRefusalLabels: Readonly<Record<LinkView['refusals'][number]['reason'], string>> = {
  wrongSecret: 'Wrong secret',
  linkRevoked: 'Its link is revoked',
  certificateNeeded: 'A secret, where certificates are needed',
  certificateForeign: 'A certificate that is not this meter’s',
  certificateRevoked: 'A revoked certificate',
  certificateReplaced: 'A certificate that was replaced',
  certificateExpired: 'An expired certificate',
  certificateNotYetValid: 'A certificate that is not valid yet',
  meterRetired: 'The meter was exchanged',
};
