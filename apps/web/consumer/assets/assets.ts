// What the pages load, as text in memory: names carry a hash of the content, so they may be kept
// for ever.

import { type LanguageCode, languageCodes } from '../text/languages.ts';
import { appScriptIn } from './app-script.ts';
import { cardScriptSource } from './card-script.ts';
import { contentHash } from './hash.ts';
import { iconSource } from './icon.ts';
import { logScriptSource } from './log-script.ts';
import { offerScriptSource } from './offer-script.ts';
import { pushScriptSource } from './push-script.ts';
import { scriptSourceIn } from './script.ts';
import { styleSource } from './style.ts';
import { tillScriptSource } from './till-script.ts';
import { tillStyleSource } from './till-style.ts';

/** `path` below the origin; serve `body` there as `contentType`, cacheable for ever. */
export type Asset = { readonly path: string; readonly contentType: string; readonly body: string };

export const styleAsset = asset('css', 'text/css; charset=utf-8', joined(styleSource));

/** For each language one of home and one of all others: the words are in them. */
const scriptsOf = (of: 'home' | 'others') =>
  new Map(
    languageCodes.map((code) => [
      code,
      asset('js', 'text/javascript; charset=utf-8', scriptSourceIn(code, of)),
    ]),
  );
const scripts = { home: scriptsOf('home'), others: scriptsOf('others') };

export function scriptAssetOf(language: LanguageCode, of: 'home' | 'others'): Asset {
  const found = scripts[of].get(language);
  if (found === undefined) throw new Error(`no script in ${language}`);
  return found;
}

/** What makes a page an app, for each language; loaded after the page. */
const appScripts = new Map(
  languageCodes.map((code) => [
    code,
    asset('js', 'text/javascript; charset=utf-8', appScriptIn(code, styleAsset.path), 'app'),
  ]),
);

export function appScriptOf(language: LanguageCode): Asset {
  const found = appScripts.get(language);
  if (found === undefined) throw new Error(`no app in ${language}`);
  return found;
}

export const iconAsset = asset('svg', 'image/svg+xml', iconSource);

export const tillStyleAsset = asset(
  'css',
  'text/css; charset=utf-8',
  joined(tillStyleSource),
  'till',
);
export const tillScriptAsset = asset(
  'js',
  'text/javascript; charset=utf-8',
  tillScriptSource + cardScriptSource,
  'till',
);

export const pushScriptAsset = asset(
  'js',
  'text/javascript; charset=utf-8',
  pushScriptSource,
  'push',
);

export const offerScriptAsset = asset(
  'js',
  'text/javascript; charset=utf-8',
  offerScriptSource,
  'offer',
);

export const logScriptAsset = asset('js', 'text/javascript; charset=utf-8', logScriptSource, 'log');

export const consumerAssets: readonly Asset[] = [
  ...[styleAsset, iconAsset],
  ...scripts.home.values(),
  ...scripts.others.values(),
  ...appScripts.values(),
  ...[tillStyleAsset, tillScriptAsset, pushScriptAsset, offerScriptAsset, logScriptAsset],
];

function asset(extension: string, contentType: string, body: string, name = 'consumer'): Asset {
  return { path: `/assets/${name}.${contentHash(body)}.${extension}`, contentType, body };
}

/** A style sheet without the line ends and indents that are for readers of its source. */
function joined(style: string): string {
  return style.replace(/([,;{}])\n\s*/g, '$1').replaceAll(';}', '}');
}
