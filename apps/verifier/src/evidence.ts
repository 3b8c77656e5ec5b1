// The evidence of a case of revenue protection: a signed list of its files, held against the files
// themselves, and photos held against the hashes that were made where they were taken.

import { hash as hashed } from 'node:crypto';
import { readKey, readNote, signatureOf } from '@prewatt/transparency';
import { nodeCrypto } from '@prewatt/transparency/node-crypto';
import type { Source } from './source.ts';

export type EvidenceReport = Awaited<ReturnType<typeof verifyEvidence>>;

const form = 'prewatt-evidence-1';
const { sha256 } = nodeCrypto;

export const isEvidence = async (source: Source): Promise<boolean> =>
  (await source.read('evidence.note')) !== null;

/** `key`: of the utility's token log, got from elsewhere. `photos`: files by their hash. */
export async function verifyEvidence(o: {
  readonly source: Source;
  readonly key?: string;
  /** Bytes of files that may be photos of the finding. */
  readonly photos?: readonly Uint8Array[];
}) {
  const findings: string[] = [];
  const notices: string[] = [];
  const note = readNote((await o.source.read('evidence.note')) ?? new Uint8Array());
  const brought = Buffer.from((await o.source.read('key')) ?? []).toString('utf8');
  if (o.key === undefined) {
    notices.push('the key came with the evidence: bring your own (--keys), got from elsewhere');
  }
  const key = readKey(sha256, (o.key ?? brought).trim());
  const lines = note.ok ? note.value.text.trimEnd().split('\n') : [];
  const [head = '', origin = '', caseId = '', at = '', ...list] = lines;
  if (!note.ok || head !== form) findings.push('evidence.note is no list of a case’s files');
  else if (!key.ok) findings.push('the key is no key of a log');
  else if (signatureOf(nodeCrypto, note.value, key.value) === null) {
    findings.push('evidence.note is not signed by this key as it stands');
  } else if (origin !== key.value.name) findings.push('evidence.note is of another utility');
  const parts = Object.groupBy(list.map(partsOf), ({ kind }) => kind);
  const { file: files = [], photo: asked = [] } = parts;
  const seen = new Set((o.photos ?? []).map(hashOf));
  for (const { hash, name } of files) {
    const bytes = await o.source.read(name);
    if (bytes === null) findings.push(`${name} is not there`);
    else if (hashOf(bytes) !== hash) findings.push(`${name} is not what was signed`);
    else seen.add(hash);
  }
  if (!files.some(({ name }) => name === 'case.json')) findings.push('case.json is not listed');
  const photosMissing = asked.filter(({ hash }) => !seen.has(hash)).map(({ name }) => name);
  if (photosMissing.length > 0) {
    notices.push(`not looked at, since they are not here: ${photosMissing.join(', ')} (--photos)`);
  }
  const photos = asked.length - photosMissing.length;
  // Photos of the finding that were there and fit, and those that were not there.
  const counts = { files: files.length, photos, photosMissing };
  return { origin, caseId, at, ...counts, notices, findings, holds: findings.length === 0 };
}

/** "<hash> case.json", or "photo <hash> meter.jpg": a photo that the finding lists, sent or not. */
function partsOf(line: string) {
  const [, photo, hash = '', name = ''] = /^(photo )?(\S+) (.+)$/.exec(line) ?? [];
  return { kind: photo === undefined ? ('file' as const) : ('photo' as const), hash, name };
}

const hashOf = (bytes: Uint8Array): string => hashed('sha256', bytes, 'hex');
