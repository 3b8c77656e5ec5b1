// The list of what a device has (RFC 6690 as LwM2M uses it): paths and their attributes.

import { err, ok, type Result } from '@prewatt/quantities';
import { type Path, parsePath, pathText } from './path.ts';

export type Link = {
  /** Null: the root, which says what holds for all ("rt", "ct"). */
  readonly path: Path | null;
  readonly attributes: Readonly<Record<string, string>>;
};

const mostLinks = 256;
const plainValue = /^[!#$%&'()*+\-./0-9:<=>?@A-Z[\]^_`a-z{|}~]+$/;

export const encodeLinks = (links: readonly Link[]): string =>
  links
    .map(({ path, attributes }) => {
      const target = `<${path === null ? '/' : pathText(path)}>`;
      const said = Object.entries(attributes).map(([name, value]) =>
        /^[\d.]+$/.test(value) ? `;${name}=${value}` : `;${name}="${value}"`,
      );
      return target + said.join('');
    })
    .join(',');

/** Paths below another root are passed over: `</lwm2m/3/0>` where the root link says so. */
export function decodeLinks(text: string): Result<readonly Link[], 'links'> {
  const links: Link[] = [];
  let at = 0;
  const target = /<([^<>]{1,128})>/y;
  const attribute = /;\s*([A-Za-z0-9_.-]{1,32})(?:=(?:"([^"]{0,128})"|([^",;]{1,64})))?/y;
  const comma = /\s*,\s*/y;
  while (at < text.length) {
    target.lastIndex = at;
    const found = target.exec(text);
    if (found === null || links.length === mostLinks) return err('links');
    at = target.lastIndex;
    const attributes: Record<string, string> = Object.create(null);
    for (;;) {
      attribute.lastIndex = at;
      const said = attribute.exec(text);
      if (said === null) break;
      const value = said[2] ?? said[3] ?? '';
      if (said[3] !== undefined && !plainValue.test(value)) return err('links');
      attributes[said[1] ?? ''] = value;
      at = attribute.lastIndex;
    }
    const where = found[1] ?? '';
    const path = parsePath(where);
    if (path !== null || where === '/') links.push({ path, attributes: { ...attributes } });
    if (at === text.length) break;
    comma.lastIndex = at;
    if (comma.exec(text) === null || comma.lastIndex === text.length) return err('links');
    at = comma.lastIndex;
  }
  return ok(links);
}
