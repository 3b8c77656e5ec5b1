// Who may come to which route: the authorisation matrix, as data. The server's door goes by it, the
// test that asks every route as every kind of caller, and the page docs/operating/who-may.md. A
// route without its line here is closed by the door and fails the test.

import { operatorRoot } from './routes/doors.ts';
import { operatorLines } from './who-may/operators.ts';
import { outsideLines } from './who-may/outside.ts';

/** Roles of whoever works for a utility. */
export const staffRoles = [
  ...(['technician', 'viewer', 'auditor', 'operator', 'administrator'] as const),
] as const;
export type StaffRole = (typeof staffRoles)[number];

export type Access = keyof typeof lines;

/** Which roles an access lets in; none for what is not of operators. */
export const rolesOf: Readonly<Partial<Record<Access, readonly StaffRole[]>>> = {
  own: staffRoles,
  staff: ['technician', 'viewer', 'operator', 'administrator'],
  reads: ['viewer', 'auditor', 'operator', 'administrator'],
  audits: ['viewer', 'auditor', 'administrator'],
  acts: ['operator', 'administrator'],
  administers: ['administrator'],
};

/** Each route by its method and its path; another utility's things are not there, for anybody. */
const lines = { ...operatorLines, ...outsideLines };

/** By method and path, as the route is declared. */
export const whoMay: ReadonlyMap<string, Access> = new Map(
  (Object.entries(lines) as [Access, readonly string[]][]).flatMap(([access, routes]) =>
    routes.map((route) => [route, access] as const),
  ),
);

/** The roles that a route of operators lets in; null for a route without a line. */
export function rolesOfRoute(method: string, path: string): readonly StaffRole[] | null {
  const access = whoMay.get(`${method === 'HEAD' ? 'GET' : method} ${path}`);
  return access === undefined ? null : (rolesOf[access] ?? null);
}

/** A route by which somebody moves money, takes out data or administers. */
export function asksSecondFactor(method: string, path: string): boolean {
  const access = whoMay.get(`${method === 'HEAD' ? 'GET' : method} ${path}`);
  return access === 'acts' || access === 'administers';
}

/** What another utility gets of a route that it may come to: its own, or nothing. */
export const ofAnother = (route: string): 'its own' | 'nothing' =>
  route.replace(operatorRoot, '').includes(':') ? 'nothing' : 'its own';
