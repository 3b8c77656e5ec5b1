// A file written whole and put in place by a rename, with its mode and owner: a program that reads
// it at any moment reads the old one or the new one.

import {
  chownSync,
  closeSync,
  fchmodSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import type { CommandContext } from './command.ts';

const readable = 0o644;

export const replaceFile: CommandContext['replaceFile'] = (path, text, how) => {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const before = statSync(path, { throwIfNoEntry: false });
  const owner = how.owner === undefined ? before : ownerOf(how.owner);
  const beside = `${path}.${process.pid}.new`;
  try {
    const file = openSync(beside, 'wx', 0o600);
    try {
      writeSync(file, text);
      fchmodSync(file, how.mode ?? (before === undefined ? readable : before.mode & 0o7777));
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    if (owner !== undefined) {
      const { uid, gid } = statSync(beside);
      if (uid !== owner.uid || gid !== owner.gid) chownSync(beside, owner.uid, owner.gid);
    }
    renameSync(beside, path);
    const folder = openSync(dirname(path), 'r');
    fsyncSync(folder);
    closeSync(folder);
  } catch (error) {
    rmSync(beside, { force: true });
    throw error;
  }
};

/** By the machine's own lists of users and groups. */
function ownerOf(text: string): { readonly uid: number; readonly gid: number } {
  const [user = '', group] = text.split(':');
  const account = lineOf('/etc/passwd', user);
  const gid = group === undefined ? account?.[3] : lineOf('/etc/group', group)?.[2];
  if (account?.[2] === undefined || gid === undefined) {
    throw new RangeError(`this machine knows no owner "${text}"`);
  }
  return { uid: Number(account[2]), gid: Number(gid) };
}

const lineOf = (file: string, name: string): readonly string[] | undefined =>
  readFileSync(file, 'utf8')
    .split('\n')
    .map((line) => line.split(':'))
    .find(([known, , number]) => known === name || number === name);
