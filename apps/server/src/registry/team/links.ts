// The two halves of an invitation: a link, and a code of eight digits. Both are made of the master
// key and the invitation, so that neither is stored, and whoever has one cannot make the other.

import { createHmac, timingSafeEqual } from 'node:crypto';
import { isSameText } from '../../base/same-text.ts';

export type InvitationPlace = { readonly utilityId: string; readonly invitationId: string };

const macBytes = 20;
const uuidBytes = 16;
const codeDigits = 8;

export type InvitationLinks = ReturnType<typeof createInvitationLinks>;

export function createInvitationLinks(masterKey: Buffer) {
  const keyOf = (what: string) =>
    createHmac('sha256', masterKey).update(`prewatt: invitations, ${what}`).digest();
  const [linkKey, codeKey] = [keyOf('link'), keyOf('code')];
  const mac = (key: Buffer, place: Buffer) => createHmac('sha256', key).update(place).digest();

  return {
    tokenOf: (place: InvitationPlace): string => {
      const bytes = bytesOf(place);
      return Buffer.concat([bytes, mac(linkKey, bytes).subarray(0, macBytes)]).toString(
        'base64url',
      );
    },

    /** What a link was made for; null for one that was not made here. */
    placeOf: (token: string): InvitationPlace | null => {
      const given = Buffer.from(token, 'base64url');
      if (given.length !== 2 * uuidBytes + macBytes) return null;
      const place = given.subarray(0, 2 * uuidBytes);
      const isOurs = timingSafeEqual(
        given.subarray(2 * uuidBytes),
        mac(linkKey, place).subarray(0, macBytes),
      );
      if (!isOurs) return null;
      return {
        utilityId: uuidOfBytes(place.subarray(0, uuidBytes)),
        invitationId: uuidOfBytes(place.subarray(uuidBytes)),
      };
    },

    /** In two groups, as it is read aloud. */
    codeOf: (place: InvitationPlace): string => grouped(digitsOf(mac(codeKey, bytesOf(place)))),

    isCode: (place: InvitationPlace, given: string): boolean => {
      const right = digitsOf(mac(codeKey, bytesOf(place)));
      const typed = given.replace(/[\s-]/g, '');
      return isSameText(typed, right);
    },
  };
}

const digitsOf = (bytes: Buffer): string =>
  (bytes.readBigUInt64BE() % 10n ** BigInt(codeDigits)).toString().padStart(codeDigits, '0');

const grouped = (digits: string): string => `${digits.slice(0, 4)} ${digits.slice(4)}`;

const bytesOf = (place: InvitationPlace): Buffer =>
  Buffer.from(`${place.utilityId}${place.invitationId}`.replaceAll('-', ''), 'hex');

const uuidOfBytes = (bytes: Buffer): string =>
  bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
