// Every sample page of customers and shops with all that it loads, for tests in a real browser: the
// only thing of this workspace that those tests import.

import { consumerAssets } from './assets/assets.ts';
import { workerSource } from './assets/worker.ts';
import { renderManifest } from './manifest.ts';
import { frame, live } from './samples.ts';
import { allPages } from './samples-pages.ts';
import { tillPagesOf } from './samples-till.ts';
import { languageCodes } from './text/languages.ts';

export const sampleLanguages: readonly string[] = languageCodes;
export const sampleAssets = consumerAssets;
export const sampleWorker = workerSource;
export const sampleManifest = renderManifest(frame);
/** What a stream of the home pages says. */
export const sampleLive = live;

/** Complete documents by name, in one language; a shop's phone is English in all. */
export function samplePages(language: string): ReadonlyMap<string, string> {
  const customers = [...allPages((view) => view, language)].filter(
    ([name]) => !name.startsWith('fragment'),
  );
  const shops = language === 'en' ? [...tillPagesOf(frame)] : [];
  return new Map([...customers, ...shops.map(([name, page]) => [`till: ${name}`, page] as const)]);
}
