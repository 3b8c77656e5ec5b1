// `prewatt operator`: who works for a utility, and how they sign in.

import { dayMs } from '@prewatt/quantities';
import type { OperatorRole } from '@prewatt/server/setup';
import type { CommandContext, Options } from '../command.ts';
import { faultIn, textOf } from '../server-group.ts';
import { createOwnerGroup, refusalMessage, said } from './owner.ts';

const help = `prewatt operator: who works for a utility, on the database itself

  prewatt operator add EMAIL --utility NAME --name TEXT
                       --role administrator|operator|viewer|technician|auditor
                       [--days N] [--password-file FILE]
  prewatt operator list --utility NAME
  prewatt operator password EMAIL [--password-file FILE] [--forget-second-factor]
                       another password; also opens a sign-in that was ended
  prewatt operator end EMAIL
                       the sign-in opens no more and its sessions end; the name stays in records

  --utility NAME       a utility's name, or its id
  --days N             of an auditor: the sign-in ends by itself after 1 to 90 days, or 14
  --password-file FILE 12 to 128 characters; - for standard input; without it you are asked
  --json               one JSON value

Approvals take two administrators, a vending key three. Whoever keeps the database makes the first
ones, OWNER_URL being the database as its owner; from then on two administrators invite people and
change roles in the console, under Team.
`;

const roles: readonly string[] = ['administrator', 'operator', 'viewer', 'technician', 'auditor'];
const mostAuditDays = 90;

export const operatorGroup = createOwnerGroup({
  name: 'operator',
  help,
  commands: {
    add: {
      options: {
        ...{ utility: 'text', name: 'text', role: 'text' },
        ...{ days: 'text', 'password-file': 'text' },
      },
      positionals: ['EMAIL'],
      required: ['utility', 'name', 'role'],
      prepare: async (options, context) => {
        const email = emailIn(options);
        if (email === null) return 'EMAIL is an address like ada@example.org';
        const name = (options.text('name') ?? '').trim();
        if (name === '' || name.length > 100) return '--name has 1 to 100 characters';
        const role = options.text('role') ?? '';
        if (!roles.includes(role)) return `--role is ${roles.join(', ')}`;
        const end = endIn(options, role, context.nowMs());
        if (typeof end === 'string') return end;
        const password = await passwordIn(options, context);
        if ('fault' in password) return password.fault;
        const utility = options.text('utility') ?? '';
        const person = { utility, email, name, role: role as OperatorRole, ...password, ...end };
        return async (setup) => {
          const added = await setup.addOperator(person);
          if (!added.ok) return refusalMessage(added.error);
          const isNew = added.value === 'created';
          const words = isNew ? 'signs in as' : 'was there, with the password of then:';
          return said([`${name} ${words} ${email}, ${role}`], { email, outcome: added.value });
        };
      },
    },
    list: {
      options: { utility: 'text' },
      positionals: [],
      required: ['utility'],
      prepare: (options) => async (setup) => {
        const rows = await setup.operators(options.text('utility') ?? '');
        if (!rows.ok) return refusalMessage(rows.error);
        const lines = rows.value.map(
          (row) =>
            `${row.email}  ${row.role}  ${row.name}` +
            (row.endsAt === null ? '' : `  until ${row.endsAt}`) +
            (row.opens ? '' : '  ended'),
        );
        return said(lines.length === 0 ? ['nobody yet'] : lines, rows.value);
      },
    },
    password: {
      options: { 'password-file': 'text', 'forget-second-factor': 'flag' },
      positionals: ['EMAIL'],
      required: [],
      prepare: async (options, context) => {
        const email = emailIn(options);
        if (email === null) return 'EMAIL is an address like ada@example.org';
        const given = await passwordIn(options, context);
        if ('fault' in given) return given.fault;
        const forgetSecondFactor = options.flag('forget-second-factor');
        return async (setup) => {
          const set = await setup.setPassword({ email, ...given, forgetSecondFactor });
          if (!set.ok) return refusalMessage(set.error);
          return said([`${email} has another password; sessions ended`], { email });
        };
      },
    },
    end: {
      options: {},
      positionals: ['EMAIL'],
      required: [],
      prepare: (options) => async (setup) => {
        const email = emailIn(options) ?? '';
        const ended = await setup.endOperator(email);
        if (!ended.ok) return refusalMessage(ended.error);
        return said([`${email} signs in no more`], { email });
      },
    },
  },
});

/** When an auditor's sign-in ends; nothing of anybody else. A text says what is wrong. */
function endIn(
  options: Options,
  role: string,
  nowMs: number,
): { readonly endsAtMs?: number } | string {
  const text = options.text('days');
  if (role !== 'auditor') return text === undefined ? {} : '--days is for an auditor';
  const days = text === undefined ? 14 : Number(text);
  if (!Number.isInteger(days) || days < 1 || days > mostAuditDays) {
    return `--days is a number from 1 to ${mostAuditDays}`;
  }
  return { endsAtMs: nowMs + days * dayMs };
}

/** As sign-in compares it: in small letters. */
function emailIn(options: Options): string | null {
  const email = (options.positionals[0] ?? '').trim().toLowerCase();
  return /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(email) && email.length <= 200 ? email : null;
}

async function passwordIn(
  options: Options,
  context: CommandContext,
): Promise<{ readonly password: string } | { readonly fault: string }> {
  const path = options.text('password-file');
  const given =
    path === undefined
      ? await context.ask('Password for them: ', 'hidden')
      : textOf(context, path).replace(/\r?\n$/, '');
  if (given === null) {
    return { fault: '--password-file is missing' };
  }
  if (given.length < 12 || given.length > 128) {
    const fault = 'a password has 12 to 128 characters';
    return path === undefined ? { fault } : faultIn(path, fault);
  }
  return { password: given };
}
