// What was noted on visits and rests on this device: findings that wait for the server, and forms
// that were begun. Each is seen and sent only by who noted it.

import type { CaseFinding, FindingBody, Signature } from '@prewatt/api';
import { useMemo, useSyncExternalStore } from 'react';
import { useSession } from '../../shell/session.tsx';
import { keptOnDevice } from '../../state/device.ts';
import type { Kept, KeptItem } from '../../state/kept.ts';
import { dropPhotos, keptPhotos } from './field-photos.ts';

/** Its id is that of the case. */
export type KeptFinding = KeptItem & {
  /** Of the home. */
  readonly name: string;
  readonly body: FindingBody;
};

/** The fields of a form as they are written. */
export type FindingDraft = {
  readonly finding: CaseFinding;
  readonly texts: Readonly<Record<DraftField, string>>;
  readonly photos: FindingBody['evidence'];
  readonly signatures: readonly Signature[];
};
export type DraftField = 'words' | 'seals' | 'left' | 'register' | 'position' | 'who';
export type KeptDraft = KeptItem & { readonly name: string; readonly draft: FindingDraft };

export const keptFindings = keptOnDevice<KeptFinding>('findings');
export const keptDrafts = keptOnDevice<KeptDraft>('drafts');

/** A form that was begun and left goes after this time. */
const draftDays = 7;

function useOwn<Item extends KeptItem>(kept: Kept<Item>): readonly Item[] {
  const all = useSyncExternalStore(kept.subscribe, kept.all);
  const { email } = useSession();
  return useMemo(() => all.filter(({ by }) => by === email), [all, email]);
}

export const useKeptFindings = () => useOwn(keptFindings);
export const useKeptDrafts = () => useOwn(keptDrafts);
export const useIsKept = (caseId: string): boolean =>
  useKeptFindings().some(({ id }) => id === caseId);

/** Whether the device was read, so that what was begun is known. */
export const useDraftsRead = (): boolean =>
  useSyncExternalStore(keptDrafts.subscribe, keptDrafts.isRead);

/** With its photos. */
export async function dropDraft(caseId: string): Promise<void> {
  await keptDrafts.drop(caseId);
  await dropPhotos(caseId);
}
export async function dropFinding(caseId: string): Promise<void> {
  await keptFindings.drop(caseId);
  await dropPhotos(caseId);
}

/** Forms that were left, and photos of none. */
export function dropOld(nowMs: number): void {
  const isOld = ({ sinceMs }: KeptItem) => nowMs - sinceMs > draftDays * 86_400_000;
  for (const { id } of keptDrafts.all().filter(isOld)) void dropDraft(id);
  const notes = new Set([...keptDrafts.all(), ...keptFindings.all()].map(({ id }) => id));
  for (const photo of keptPhotos.all().filter(isOld)) {
    if (!notes.has(photo.caseId)) void keptPhotos.drop(photo.id);
  }
}

const oldKey = 'prewatt-findings';

/** Earlier consoles kept them elsewhere; what one of them kept is sent like the others. */
async function takeOver(): Promise<void> {
  const before: unknown = JSON.parse(window.localStorage.getItem(oldKey) ?? '[]');
  if (!Array.isArray(before)) return;
  for (const one of before) await keptFindings.put({ sinceMs: Date.now(), ...one });
  if (keptFindings.isStored()) window.localStorage.removeItem(oldKey);
}

void takeOver().catch(() => undefined);
