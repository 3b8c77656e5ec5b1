// The frame of the site's pages, their style and the texts in it: plain HTML without scripts, so
// that an old phone on the site's network is enough.

const escapes: Readonly<Record<string, string>> = {
  ...{ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' },
};
export const escapeHtml = (text: string): string =>
  text.replace(/[&<>"']/g, (character) => escapes[character] ?? '');

const style = [
  ':root{color-scheme:light dark}',
  'body{font:1.1rem/1.5 system-ui,sans-serif;margin:0 auto;max-width:60rem;padding:1rem}',
  'body{color:#1b1b1b;background:#fff}h1{font-size:1.5rem}h2{font-size:1.2rem}',
  'dt{color:#555}dd{margin:0 0 .6rem;font-size:1.2rem}',
  'input,select,button{font:inherit;padding:.6rem;border-radius:.4rem;border:1px solid #666}',
  'input,select{box-sizing:border-box;width:100%;max-width:22rem}',
  'button{background:#075;color:#fff;min-height:3rem;padding:.6rem 1.2rem}',
  'button.plain{background:none;color:inherit}form.side{display:inline-block;margin:0 .6rem .6rem 0}',
  '.note{padding:.6rem;border-left:.3rem solid #c60;background:#fff4e5}',
  '.good{padding:.6rem;border-left:.3rem solid #075;background:#e8f6f0}',
  '.big{font-size:1.6rem;font-variant-numeric:tabular-nums}',
  'table{border-collapse:collapse;font-size:.95rem}.wide{overflow-x:auto}',
  'td,th{padding:.3rem .6rem;text-align:left;border-bottom:1px solid #ccc}',
  '.n{text-align:right}.n,.t{white-space:nowrap}',
  '.slip{border:1px solid #999;padding:.2rem 1rem;max-width:24rem}',
  '@media(prefers-color-scheme:dark){body{background:#141414;color:#eee}dt{color:#aaa}td,th{border-color:#555}',
  'a{color:#8cf}.note{background:#3a2a10}.good{background:#10302a}}',
  '@media print{body{color:#000;background:#fff;padding:0}.slip{border:0;padding:0}.screen{display:none}}',
].join('\n');

export function page(title: string, body: string): string {
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title><style>${style}</style></head>
<body>${body}</body></html>
`;
}

export const timeText = (atMs: number, zone: string): string =>
  new Intl.DateTimeFormat('en-GB', {
    ...{ timeZone: zone, dateStyle: 'medium', timeStyle: 'short' },
  }).format(atMs);
