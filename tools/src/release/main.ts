// `npm run release -- make DIR`, `check DIR` and `bill`: a release of a commit, and whether one is
// what its commit makes.

import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { root } from '../workspaces.ts';
import { faultsOfRelease, madeOf, makeRelease } from './release.ts';

const help = `npm run release -- make DIR [--commit COMMIT] [--key FILE]
    writes the archive of the commit (HEAD), its bill of materials, their hashes, and with a private
    key (PEM, Ed25519) the signature
npm run release -- check DIR [--public-key FILE]
    makes the same again from this repository and compares; ends with 1 when anything differs
npm run release -- bill [--commit COMMIT]
    prints the bill of materials (CycloneDX 1.6)
`;

const pem = (file: string | undefined): string | null =>
  file === undefined ? null : readFileSync(file, 'utf8');

function main(): number {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      commit: { type: 'string', default: 'HEAD' },
      key: { type: 'string' },
      'public-key': { type: 'string' },
    },
  });
  const [what = '', folder, ...more] = positionals;
  const { commit } = values;
  if (what === 'bill' && folder === undefined) {
    process.stdout.write(madeOf(root, commit).bill);
    return 0;
  }
  if (folder === undefined || more.length > 0 || (what !== 'make' && what !== 'check')) {
    console.error(help);
    return 2;
  }
  if (what === 'make') {
    const key = pem(values.key);
    const names = makeRelease({ repository: root, commit, folder, key });
    console.log(`${names.join('\n')}${key === null ? '\nnot signed: no --key was given' : ''}`);
    return 0;
  }
  const publicKey = pem(values['public-key']);
  const faults = faultsOfRelease({ repository: root, folder, publicKey });
  for (const fault of faults) console.error(`release: ${fault}`);
  if (faults.length > 0) return 1;
  const signed = publicKey === null ? 'the signature was not looked at' : 'signed by this key';
  console.log(`the release is what its commit makes, byte for byte; ${signed}`);
  return 0;
}

try {
  process.exitCode = main();
} catch (error) {
  console.error(`release: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 2;
}
