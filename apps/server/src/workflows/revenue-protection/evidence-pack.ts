// What stands behind a case, as one archive that proves itself: the case as data and on paper, what
// the meter counted day by day, and a list of these files' hashes that the key of the utility's
// token log signs. `prewatt verify` checks it without any server.

import { createHash } from 'node:crypto';
import type { CaseFile } from '@prewatt/api';
import { isoOf, parseId, uuidOf } from '@prewatt/quantities';
import type { ReceiptBlock } from '@prewatt/rails';
import { keyText, signNote, writeNote } from '@prewatt/transparency';
import { nodeCrypto } from '@prewatt/transparency/node-crypto';
import { sql } from 'kysely';
import { csvLines } from '../../base/csv.ts';
import type { Tx } from '../../base/database.ts';
import { receiptPdf } from '../../base/receipt-pdf.ts';
import { type TarFile, tarOf } from '../../base/tar.ts';
import { placeOfConnection } from '../../registry/connections/index.ts';
import type { LogSigner } from '../../registry/token-log/index.ts';
import type { Utility } from '../../registry/utilities/index.ts';
import { photoOf } from './case-photos.ts';
import { caseDetail, photosIn } from './case-views.ts';
import { letterOf } from './letter.ts';

export type PackDeps = {
  /** With the key of the utility's token log. */
  readonly signerOfLog: (tx: Tx, utilityId: string) => Promise<LogSigner>;
  readonly nowMs: () => number;
};

/** The first line of the signed list: what it is and in which form. */
const form = 'prewatt-evidence-1';

/** Null where there is no such case. */
export async function evidencePack(
  tx: Tx,
  deps: PackDeps,
  o: { readonly utility: Utility; readonly caseId: string },
): Promise<{ readonly fileName: string; readonly bytes: Buffer } | null> {
  const detail = await caseDetail(tx, o);
  if (detail === null) return null;
  const atMs = deps.nowMs();
  const facts = { title: `Case ${detail.caseId}`, author: o.utility.name, atMs };
  const files: TarFile[] = [
    { name: 'case.json', bytes: Buffer.from(`${JSON.stringify(detail, null, 2)}\n`) },
    { name: 'case.pdf', bytes: await receiptPdf(blocksOf(detail, o.utility), facts) },
    { name: 'counted.csv', bytes: Buffer.from(csvLines(await countedDays(tx, detail, o.utility))) },
  ];
  const letter = await letterOf(detail, o.utility, atMs);
  if (letter !== null) files.push({ name: 'letter.pdf', bytes: letter });
  const { sha256 } = nodeCrypto;
  const signer = await deps.signerOfLog(tx, o.utility.id);
  const photos = await photosOf(tx, o);
  for (const { sha256: hash } of detail.photos) {
    const jpeg = await photoOf(tx, { utilityId: o.utility.id, caseId: o.caseId, sha256: hash });
    const number = photos.findIndex((photo) => photo.sha256 === hash) + 1;
    if (jpeg !== null) files.push({ name: `photo-${number}.jpg`, bytes: jpeg });
  }
  const lines = [
    ...[form, signer.key.name, detail.caseId, isoOf(atMs), ...files.map(lineOf)],
    ...photos.map((photo) => `photo ${photo.sha256} ${oneLine(photo.name)}`),
  ];
  const text = `${lines.join('\n')}\n`;
  const note = writeNote({ text, signatures: [signNote(sha256, text, signer)] });
  const signed: TarFile[] = [
    { name: 'evidence.note', bytes: Buffer.from(note) },
    { name: 'key', bytes: Buffer.from(`${keyText(sha256, signer.key)}\n`) },
  ];
  return {
    fileName: `evidence-${detail.caseId.slice(-12)}.tar`,
    bytes: tarOf([...files, ...signed], atMs),
  };
}

const lineOf = ({ name, bytes }: TarFile): string =>
  `${createHash('sha256').update(bytes).digest('hex')} ${name}`;

const oneLine = (text: string): string => text.replace(/\s+/g, ' ');

/** All that the finding lists; those that were sent are files of the archive, too. */
async function photosOf(tx: Tx, o: { readonly utility: Utility; readonly caseId: string }) {
  const { rows } = await sql<{
    details: Record<string, unknown>;
  }>`SELECT details FROM revenue_case_events WHERE utility_id = ${o.utility.id}::uuid
      AND case_id = ${o.caseId}::uuid AND what = 'found' ORDER BY ordinal`.execute(tx);
  return rows.flatMap(({ details }) => photosIn(details));
}

/** All days that are known: a judge wants the time before, too. */
async function countedDays(tx: Tx, of: CaseFile, utility: Utility): Promise<string[][]> {
  const id = parseId('connection', of.connectionId);
  if (!id.ok) throw new Error('a case without a connection');
  const place = placeOfConnection(utility.id, uuidOf(id.value));
  const { rows } = await sql<{ day: string; measured: bigint; estimated: bigint; quality: string }>`
    SELECT day::text AS day, measured_wh AS measured, estimated_wh AS estimated, quality
    FROM usage_days WHERE bucket = ${place.bucket} AND connection_id = ${place.connectionId}::uuid
    ORDER BY day, meter_id`.execute(tx);
  return [
    ['day', 'measured_wh', 'estimated_wh', 'quality'],
    ...rows.map((row) => [row.day, row.measured.toString(), row.estimated.toString(), row.quality]),
  ];
}

function blocksOf(of: CaseFile, utility: Utility): ReceiptBlock[] {
  const fact = (name: string, value: string): ReceiptBlock => ({ kind: 'fact', name, value });
  const part = (title: string): ReceiptBlock[] => [{ kind: 'rule' }, { kind: 'mark', text: title }];
  return [
    { kind: 'title', text: utility.name },
    { kind: 'line', text: 'Evidence of a case of revenue protection' },
    fact('Case', of.caseId),
    fact('Home', of.connectionName),
    fact('Address', of.address),
    fact('Meter', of.meterPan),
    ...part('Why it was visited'),
    ...of.reasons.map(({ words }): ReceiptBlock => ({ kind: 'line', text: words })),
    ...(of.bill === null ? [] : part('How it is calculated')),
    ...(of.bill ?? []).map(({ label, value }) => fact(label, value)),
    ...part('What was done'),
    ...of.events.flatMap((event) => [
      fact(eventNames[event.what] ?? event.what, `${event.by}, ${event.at}`),
      ...event.facts.map(({ label, value }) => fact(label, value)),
      ...event.signatures.map(({ name }) => fact('Signed', name)),
    ]),
    { kind: 'rule' },
    { kind: 'line', text: 'The files beside this one are listed and signed in evidence.note.' },
  ];
}

const eventNames: Readonly<Record<string, string>> = {
  opened: 'Visit planned',
  visit: 'Who went',
  found: 'Finding',
  billAsked: 'Payment proposed',
  billed: 'Payment asked, by a second person',
  billRefused: 'Payment not allowed',
  appealed: 'Appeal',
  appealDecided: 'Appeal decided',
  closed: 'Closed',
};
