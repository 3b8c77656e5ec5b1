// Writes docs/operating/who-may.md: the authorisation matrix in words, from packages/api. A test
// compares what is written there.

import { writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { type Access, ofAnother, operatorRoot, rolesOf, staffRoles, whoMay } from '@prewatt/api';

export const pagePath = new URL('../../docs/operating/who-may.md', import.meta.url);

const others: Readonly<Partial<Record<Access, string>>> = {
  customers: 'any customer who is signed in',
  ownHome: 'the customer whose home it is',
  tills: 'a till, by its key',
  phones: 'a clerk, on a phone of the shop',
  providers: 'a payment provider, by what it has signed',
  everybody: 'everybody',
  signsOut: 'everybody; it ends a session',
  nobody: 'who knows the name, the number or the secret in its address',
};

/** A table as the formatter writes it. */
function tableOf(head: readonly string[], body: readonly (readonly string[])[]): string {
  const widths = head.map((cell, at) =>
    Math.max(3, cell.length, ...body.map((cells) => cells[at]?.length ?? 0)),
  );
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join(' | ')} |`;
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...body.map(line)].join('\n');
}

/** The page as it has to be. */
export function whoMayPage(): string {
  const routes = [...whoMay].toSorted(([a], [b]) => (pathOf(a) < pathOf(b) ? -1 : 1));
  const operators = routes.filter(([route]) => route.includes(operatorRoot));
  const rest = routes.filter(([route]) => !route.includes(operatorRoot));
  const rowOf = ([route, access]: (typeof routes)[number]) => [
    `\`${route.replace(operatorRoot, '')}\``,
    ...staffRoles.map((role) => (rolesOf[access]?.includes(role) ? 'yes' : '')),
    ofAnother(route),
  ];
  return `# Who may come to which route

Written by \`npm run who-may\` from [the matrix](../../packages/api/src/who-may.ts).
The server refuses by the same lines before it reads a request, and a test asks each route
as each kind of caller. A role opens the door; what is asked for may then need
[a second person](approvals.md), or be within a budget.

## Routes of operators

Below \`${operatorRoot}\`. Nobody sees anything of another utility: the last column says what an
administrator of another one gets.

${tableOf(['route', ...staffRoles, 'another utility'], operators.map(rowOf))}

## All others

${tableOf(
  ['route', 'who'],
  rest.map(([route, access]) => [`\`${route}\``, others[access] ?? access]),
)}
`;
}

const pathOf = (route: string): string => route.split(' ').toReversed().join(' ');

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  writeFileSync(pagePath, whoMayPage());
}
