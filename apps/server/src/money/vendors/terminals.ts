// Terminals that speak XMLVend: which till a certificate and the names in a message lead to, and
// what is known of its vendor.

import type { Database } from '../../base/database.ts';
import type { Till } from './keys.ts';

export type TerminalName = {
  /** SHA-256 over the certificate that the client showed and proved to have the key of. */
  readonly certificate: Buffer;
  readonly clientId: string;
  readonly terminalId: string;
};

export type FoundTerminal =
  | { readonly kind: 'till'; readonly till: Till }
  /** The certificate is nobody's, or another client's. */
  | { readonly kind: 'foreignCertificate' }
  /** The client has no terminal of this name, or it was taken back. */
  | { readonly kind: 'unknownTerminal' };

export type Terminals = (name: TerminalName) => Promise<FoundTerminal>;

export function createTerminals({ database }: { readonly database: Database }): Terminals {
  return async ({ certificate, clientId, terminalId }) => {
    const places = await database.directories
      .selectFrom('vendor_terminal_directory')
      .select(['utility_id', 'key_id', 'terminal_id'])
      .where('certificate_sha256', '=', certificate)
      .where('client_id', '=', clientId)
      .execute();
    if (places.length === 0) return { kind: 'foreignCertificate' };
    const place = places.find((each) => each.terminal_id === terminalId);
    if (place === undefined) return { kind: 'unknownTerminal' };
    const { utility_id: utilityId, key_id: keyId } = place;
    const key = await database.inUtility(utilityId, (tx) =>
      tx
        .selectFrom('vendor_keys')
        .select(['vendor_id', 'label', 'revoked_at'])
        .where('id', '=', keyId)
        .executeTakeFirst(),
    );
    if (key === undefined || key.revoked_at !== null) return { kind: 'unknownTerminal' };
    const till = { utilityId, vendorId: key.vendor_id, keyId, label: key.label };
    return { kind: 'till', till };
  };
}
