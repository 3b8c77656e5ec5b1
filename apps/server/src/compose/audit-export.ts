// `prewatt audit export` from the server's own environment: which utility, and where to.

import { err, type Result } from '@prewatt/quantities';
import { createDatabase } from '../base/database.ts';
import { createUtilities } from '../registry/utilities/index.ts';
import { type AuditExported, exportForAudit } from '../reports/audit-export/index.ts';
import { ConfigError, readConfig } from './config.ts';

export { ConfigError, exportForAudit };

export type AuditExportRefusal = 'unknownUtility' | 'severalUtilities' | 'folderNotEmpty';

/** Throws ConfigError, and what database and disk answer. */
export async function auditExport(
  environment: Readonly<Record<string, string | undefined>>,
  o: {
    readonly utility: string | undefined;
    readonly folder: string;
    readonly nowMs: () => number;
  },
): Promise<Result<AuditExported, AuditExportRefusal>> {
  const config = readConfig(environment);
  const database = createDatabase({ url: config.databaseUrl, maximumConnections: 1 });
  const all = await createUtilities(database)
    .list()
    .finally(() => database.close());
  const { utility } = o;
  const found = all.filter(({ id, name }) => utility === undefined || [id, name].includes(utility));
  const [one, another] = found;
  if (one === undefined) return err('unknownUtility');
  if (another !== undefined) return err('severalUtilities');
  return await exportForAudit({
    ...{ url: config.databaseUrl, publicUrl: config.publicUrl, utilityId: one.id },
    masterKey: Buffer.from(config.secrets.masterKey, 'base64'),
    witnesses: config.logWitnesses.map(({ key }) => key),
    ...{ folder: o.folder, nowMs: o.nowMs },
  });
}
