// Whether a meter has an address on the wire, as a part of statements about `meters m`.

import { sql } from 'kysely';

// Onboarding gives 32 zero bytes to one that has none.
export const hasLink = sql<boolean>`(m.link_revoked_at IS NULL
  AND m.secret_hash <> decode(repeat('00', 32), 'hex'))`;
