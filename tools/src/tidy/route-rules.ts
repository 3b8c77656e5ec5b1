// Rules on routes: the server registers each from its declaration in packages/api, and neither it
// nor those who call it write a path of the API again.

import { lineAt, splitCode } from './code-text.ts';
import { type Finding, type HouseFile, isCode, isTest } from './files.ts';

const server = 'apps/server/src/';
/** Where `on` is: the one place that hands a route to the framework. */
const registrar = 'apps/server/src/base/http/on.ts';
const callers = [server, 'apps/cli/src/', 'apps/web/'];

const registers = /\bapp\s*\.\s*(get|post|put|patch|delete|head|options|all|route)\s*[<(]/g;
const apiPath = /(?<=['"`])\/api\//g;
const pagePath = /(?<=['"`])\/(?:(?:connections|quotes|sales)\/|sign-(?:in|out)\b)/g;

/** Each route is registered by `on`, and no path stands outside packages/api, but for tests. */
export function checkRoutes(files: HouseFile[]): Finding[] {
  return files
    .filter(({ path }) => isCode(path) && !isTest(path))
    .filter(({ path }) => callers.some((folder) => path.startsWith(folder)))
    .flatMap(({ path, text }) => {
      const { code, comments } = splitCode(text);
      const find = (where: string, pattern: RegExp, finding: string): Finding[] =>
        [...where.matchAll(pattern)]
          .filter(({ index }) => comments[index]?.trim() === '')
          .map(({ index }) => `${path}:${lineAt(text, index)}: ${finding}`);
      const own = path.startsWith(server) && path !== registrar;
      // The console has pages of its own under such names.
      const pages = path.startsWith(server) || path.startsWith('apps/web/consumer/');
      return [
        ...(own
          ? find(code, registers, 'a route that packages/api does not declare; use on()')
          : []),
        ...find(text, apiPath, 'a path of the API; take it from packages/api'),
        ...(pages ? find(text, pagePath, 'a path of a page; take it from packages/api') : []),
      ];
    });
}
