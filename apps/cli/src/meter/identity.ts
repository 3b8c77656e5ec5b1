// `prewatt meter identity | claim | pair | rotate | revoke | authority`: how a meter proves who it
// is on the wire, seen and changed.

import { createHash } from 'node:crypto';
import { type Certified, type LinkView, linkApi } from '@prewatt/api';
import { ok, type Result } from '@prewatt/quantities';
import type { CommandResult, Failure, FileHow, Options } from '../command.ts';
import {
  type Desk,
  type DeskCommand,
  done,
  failure,
  requestIdOf,
  requestOptions,
} from '../correction/desk.ts';
import { readText, textOf } from '../server-group.ts';

const changeOptions = { reason: 'text', ...requestOptions } as const;

const refusalLabels: Readonly<Record<LinkView['refusals'][number]['reason'], string>> = {
  wrongSecret: 'wrong secret',
  linkRevoked: 'its link is revoked',
  certificateNeeded: 'a certificate is needed here',
  certificateForeign: 'a certificate that is not this meter’s',
  certificateRevoked: 'a revoked certificate',
  certificateReplaced: 'a certificate that was replaced',
  certificateExpired: 'an expired certificate',
  certificateNotYetValid: 'a certificate that is not valid yet',
  meterRetired: 'the meter was exchanged',
};
const stateLabels: Readonly<Record<LinkView['certificates'][number]['state'], string>> = {
  waiting: 'waits for its first use',
  inUse: 'in use',
  expired: 'expired',
  replaced: 'replaced',
  revoked: 'revoked',
};

function linesOf(view: LinkView, when: Desk['when']): string[] {
  const kinds = {
    none: 'no link',
    secret: 'a secret',
    certificate: 'a certificate',
    nothingYet: 'nothing yet; what it had was revoked',
    driver: 'its keys at another driver (prewatt meter driver METER)',
  };
  const newOne =
    view.kind === 'nothingYet'
      ? 'a certificate waits for its first use'
      : 'a new identity is on its way; the old one works until it is used';
  const up = view.up === null ? 'has never said' : view.up ? 'up' : 'down';
  return [
    `${view.meterPan}  proves itself with: ${kinds[view.kind]}${view.revoked ? ' (revoked)' : ''}`,
    `link ${up}${view.since === null ? '' : ` since ${when(view.since)}`}, last seen ${
      view.lastSeenAt === null ? 'never' : when(view.lastSeenAt)
    }`,
    ...(view.rotating ? [newOne] : []),
    ...view.certificates.map(
      (each) =>
        `certificate ${each.serial}  ${stateLabels[each.state]}  until ${when(each.validUntil)}`,
    ),
    ...view.refusals.map(
      (each) =>
        `refused ${each.times === 1 ? 'once' : `${each.times} times`}, last ${when(each.lastAt)}: ${refusalLabels[each.reason]}` +
        (each.serial === null ? '' : ` (${each.serial})`),
    ),
    ...view.history.map((each) =>
      [
        when(each.at),
        each.act,
        ...(each.serial === null ? [] : [each.serial]),
        ...(each.by === null ? [] : [`${each.by}: ${each.reason ?? ''}`]),
      ].join('  '),
    ),
  ];
}

const homeOf = (desk: Desk, options: Options): Promise<Result<string, Failure>> =>
  desk.connectionIdOf(options.positionals[0] ?? '');
const askedOf = (options: Options) => ({
  requestId: requestIdOf(options),
  reason: options.text('reason'),
});

const identity: DeskCommand = {
  summary: 'how a meter proves who it is: kind, serial, validity, who was refused, history',
  help: 'prewatt meter identity METER',
  options: {},
  required: [],
  positionals: ['METER'],
  run: async (desk, options) => {
    const id = await homeOf(desk, options);
    if (!id.ok) return id;
    const view = await desk.client.call(linkApi.view, { id: id.value });
    return view.ok ? done(linesOf(view.value, desk.when), view.value) : view;
  },
};

const changing = (name: 'rotate' | 'revoke', summary: string, help: string): DeskCommand => ({
  summary,
  help,
  options: changeOptions,
  required: ['reason'],
  positionals: ['METER'],
  run: async (desk, options) => {
    const id = await homeOf(desk, options);
    if (!id.ok) return id;
    const view = await desk.client.call(linkApi[name], { id: id.value, body: askedOf(options) });
    return view.ok ? done(linesOf(view.value, desk.when), view.value) : view;
  },
});

const rotate = changing(
  'rotate',
  'a new secret or certificate, over the meter’s own link',
  `prewatt meter rotate METER --reason TEXT [--request-id ID]

What the meter has works until it has used the new one. A meter that is away gets it when it is
back.`,
);
const revoke = changing(
  'revoke',
  'nothing of the meter opens a session any more, and the present one ends',
  `prewatt meter revoke METER --reason TEXT [--request-id ID]

Ends with "prewatt meter pair". At a broker of your own, bring it the new list of revoked
certificates, too: prewatt meter authority --revoked FILE.`,
);

/** Writes what came; a key that was made goes to its file, never to the terminal. */
function written(desk: Desk, options: Options, made: Certified): CommandResult {
  const { keyPem, ...rest } = made;
  const files: string[] = [];
  const write = (name: string, text: string): void => {
    desk.context.writeSecretFile(name, text);
    files.push(name);
  };
  const out = options.text('out') ?? '';
  try {
    if (keyPem !== null) write(`${out}.key.pem`, keyPem);
    if (out !== '') {
      write(`${out}.cert.pem`, made.certificatePem);
      write(`${out}.authority.pem`, made.authorityPem);
    }
  } catch (error) {
    const { code } = error as { code?: string };
    const left =
      keyPem === null || files.length > 0 ? '' : '; the key is lost: ask for another one';
    return failure('file', `${out}.*.pem cannot be written (${code})${left}`);
  }
  const lines = [`certificate ${made.serial}`, ...files.map((file) => `wrote ${file}`)];
  if (files.length === 0) lines.push(made.certificatePem.trimEnd());
  return done(lines, { ...rest, files });
}

const requestIn = (desk: Desk, path: string): Result<string, Failure> =>
  ok(textOf(desk.context, path));

const claim: DeskCommand = {
  summary: 'the first identity of a meter: its request for a certificate is signed',
  help: `prewatt meter claim METER --csr FILE [--out NAME] --reason TEXT [--request-id ID]

FILE is the meter's request (PKCS #10, PEM; - for standard input), as the meter, its maker or a
gateway makes it. --out NAME writes NAME.cert.pem and NAME.authority.pem; without it the
certificate is printed. Refused when the meter has an identity: then pair it.`,
  options: { csr: 'text', out: 'text', ...changeOptions },
  required: ['csr', 'reason'],
  positionals: ['METER'],
  run: async (desk, options) => {
    const csrPem = requestIn(desk, options.text('csr') ?? '');
    if (!csrPem.ok) return csrPem;
    const id = await homeOf(desk, options);
    if (!id.ok) return id;
    const body = { ...askedOf(options), csrPem: csrPem.value };
    const made = await desk.client.call(linkApi.claim, { id: id.value, body });
    return made.ok ? written(desk, options, made.value) : made;
  },
};

const pair: DeskCommand = {
  summary: 'another identity: a request signed, a key made here, or another secret',
  help: `prewatt meter pair METER (--csr FILE | --make --out NAME | --secret-file FILE)
       [--out NAME] --reason TEXT [--request-id ID]

--csr          the meter's request for a certificate (PKCS #10, PEM; - for standard input)
--make         the server makes the key, too; it is written to NAME.key.pem, once
--secret-file  the meter's new secret; only its SHA-256 leaves this machine, and whoever holds the
               old one is out at once
A certificate takes over at its first use. Either ends a revocation.`,
  options: { csr: 'text', make: 'flag', 'secret-file': 'text', out: 'text', ...changeOptions },
  required: ['reason'],
  positionals: ['METER'],
  run: async (desk, options) => {
    const [csr, secretFile] = [options.text('csr'), options.text('secret-file')];
    const ways = [csr !== undefined, options.flag('make'), secretFile !== undefined];
    if (ways.filter((way) => way).length !== 1) {
      return failure('way', 'give one of --csr, --make and --secret-file', 2);
    }
    if (options.flag('make') && options.text('out') === undefined) {
      return failure('out', '--make writes a key: give --out NAME', 2);
    }
    const keyFile = `${options.text('out')}.key.pem`;
    if (options.flag('make') && readText(desk.context, keyFile) !== null) {
      return failure('file', `${keyFile} is there already: give another --out`);
    }
    const id = await homeOf(desk, options);
    if (!id.ok) return id;
    if (secretFile !== undefined) return pairSecret(desk, options, id.value);
    const csrPem = csr === undefined ? ok(undefined) : requestIn(desk, csr);
    if (!csrPem.ok) return csrPem;
    const body = { ...askedOf(options), csrPem: csrPem.value };
    const made = await desk.client.call(linkApi.certificate, { id: id.value, body });
    return made.ok ? written(desk, options, made.value) : made;
  },
};

async function pairSecret(desk: Desk, options: Options, id: string): Promise<CommandResult> {
  const secret = textOf(desk.context, options.text('secret-file') ?? '').trim();
  if (secret.length < 8) return failure('file', 'the file holds no secret of 8 characters');
  const sha256Hex = createHash('sha256').update(secret).digest('hex');
  const body = { ...askedOf(options), sha256Hex };
  const view = await desk.client.call(linkApi.pair, { id, body });
  return view.ok ? done(linesOf(view.value, desk.when), view.value) : view;
}

const authority: DeskCommand = {
  summary: 'the authorities of meters, and what they have revoked, for a broker of your own',
  help: `prewatt meter authority [--out FILE] [--revoked FILE] [--owner USER[:GROUP]] [--mode 0640]

--out      certificates of the authorities (PEM): a broker's cafile
--revoked  the list of revoked certificates (PEM), good for seven days: a broker's crlfile
--owner, --mode  of the files; left out, those of the files that are there, or 0644

Each file is written whole and put in place by a rename. Safe to repeat, and meant to be repeated:
deploy/systemd/prewatt-authority.timer does it each hour. Without --out and --revoked the
certificates are printed.

  prewatt meter authority --out /etc/mosquitto/certs/meters.pem \\
    --revoked /etc/mosquitto/certs/revoked.pem --owner root:mosquitto --mode 0640`,
  options: { out: 'text', revoked: 'text', owner: 'text', mode: 'text' },
  required: [],
  positionals: [],
  run: async (desk, options) => {
    const how = howOf(options);
    if (how === null) return failure('mode', '--mode is an octal number like 0640', 2);
    const got = await desk.client.call(linkApi.authorities);
    if (!got.ok) return got;
    const { certificatesPem, revokedPem } = got.value;
    // A broker does not start with an empty file.
    if (certificatesPem === '' || revokedPem === '') {
      return failure('none', 'the server has no authority of meters; no file was written');
    }
    const files = [
      [options.text('out'), certificatesPem],
      [options.text('revoked'), revokedPem],
    ] as const;
    const lines: string[] = [];
    for (const [file, text] of files) {
      if (file === undefined) continue;
      try {
        desk.context.replaceFile(file, text, how);
      } catch (error) {
        const { code, message } = error as { code?: string; message?: string };
        return failure('file', `${file} cannot be written (${code ?? message})`);
      }
      lines.push(`wrote ${file}`);
    }
    if (lines.length === 0) lines.push(certificatesPem.trimEnd());
    return done(lines, got.value);
  },
};

/** Of files that are written; null for a mode that is none. */
function howOf(options: Options): FileHow | null {
  const [owner, mode] = [options.text('owner'), options.text('mode')];
  if (mode !== undefined && !/^0?[0-7]{3}$/.test(mode)) return null;
  return {
    ...(owner === undefined ? {} : { owner }),
    ...(mode === undefined ? {} : { mode: Number.parseInt(mode, 8) }),
  };
}

export const identityCommands = { identity, claim, pair, rotate, revoke, authority };
