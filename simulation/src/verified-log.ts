// The token log at the end of a run: an export is made beside the living server, and the auditor's
// verifier finds nothing, whatever died in the middle of a sale or of a signed head.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exportForAudit } from '@prewatt/server/audit-export';
import { folderSource, verify } from '@prewatt/verifier';

/** Gives what was found, one sentence each; none when the log stands. */
export async function faultsOfLog(o: {
  readonly appUrl: string;
  readonly ownerUrl: string;
  readonly masterKey: Buffer;
  readonly publicUrl: string;
  readonly utilityId: string;
  readonly nowMs: () => number;
}): Promise<readonly string[]> {
  const folder = mkdtempSync(join(tmpdir(), 'prewatt-verified-'));
  const { appUrl: url, masterKey, publicUrl, utilityId, nowMs } = o;
  try {
    const to = { folder, nowMs, witnesses: [] };
    const made = await exportForAudit({ url, masterKey, publicUrl, utilityId, ...to });
    if (!made.ok) throw new Error(made.error);
    // The utility and its homes were put into the books by the owner.
    const writers = ['prewatt_app', decodeURIComponent(new URL(o.ownerUrl).username)];
    const { size, rows, findings } = await verify({ source: folderSource(folder), writers });
    if (size === 0 || rows === 0) return ['token log: nothing was looked at'];
    return findings.map(
      ({ check, says, table = '', key = '' }) => `token log, ${check}: ${says} ${table} ${key}`,
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
