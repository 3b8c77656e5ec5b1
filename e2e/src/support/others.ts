// What the demo does not have and the walls must keep out: a second utility, an operator who may
// only look. Made by hand in the database.

import { randomUUID } from 'node:crypto';
import type { Demo } from './demo.ts';

/**
 * A utility with one connection; the connection's identifier. It has a row in each bucket, so that
 * nothing but the wall between utilities can hide it.
 */
export async function addOtherUtility(demo: Demo): Promise<string> {
  const [utility, tariff, connection] = [randomUUID(), randomUUID(), randomUUID()];
  const [meter, meterPan] = [randomUUID(), '600727990000000014'];
  await demo.sql(async (owner) => {
    await owner.query(
      `INSERT INTO prewatt.utilities SELECT $1, 'Elsewhere Power', zone, currency_code,
         currency_scale, minimum_purchase_minor, maximum_purchase_minor, help_phone,
         protection_rules, created_at FROM prewatt.utilities LIMIT 1`,
      [utility],
    );
    await owner.query(
      `INSERT INTO prewatt.tariffs (id, utility_id, name, version, document, created_at, state,
         effective_from, state_at)
       SELECT $1, $2, name, 1, document, created_at, state, effective_from, state_at
       FROM prewatt.tariffs LIMIT 1`,
      [tariff, utility],
    );
    await owner.query(
      `INSERT INTO prewatt.connections (bucket, id, utility_id, name, address, customer_name,
         customer_phone, tariff_id, tariff_position, created_at)
       SELECT b, $1, $2, 'Elsewhere', 'Elsewhere', NULL, NULL, $3, c.tariff_position, c.created_at
       FROM generate_series(0, 1023) AS b,
         (SELECT * FROM prewatt.connections WHERE utility_id <> $2 LIMIT 1) AS c`,
      [connection, utility, tariff],
    );
    await owner.query(
      `INSERT INTO prewatt.meter_directory (meter_pan, utility_id, bucket, connection_id, meter_id)
       VALUES ($1, $2, 0, $3, $4)`,
      [meterPan, utility, connection, meter],
    );
    await owner.query(
      `INSERT INTO prewatt.meters (bucket, id, utility_id, connection_id, meter_pan,
         encryption_algorithm, supply_group_code, tariff_index, key_revision, secret_hash,
         created_at)
       SELECT b, $1, $2, $3, $4, m.encryption_algorithm, m.supply_group_code,
         m.tariff_index, m.key_revision, m.secret_hash, m.created_at
       FROM generate_series(0, 1023) AS b, (SELECT * FROM prewatt.meters LIMIT 1) AS m`,
      [meter, utility, connection, meterPan],
    );
  });
  return `connection_${connection}`;
}

/** Gives the demo's operator another role. */
export async function setRole(demo: Demo, role: 'administrator' | 'viewer'): Promise<void> {
  const update = `UPDATE prewatt.operators SET role = $1 FROM auth."user" AS u
    WHERE u.id = operators.auth_user_id AND u.email = $2`;
  await demo.sql((owner) => owner.query(update, [role, demo.facts().operatorEmail]));
}
