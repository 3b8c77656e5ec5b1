// Documents to begin a tariff from: those that come with the tariff package, read from its folder.

import { readdir, readFile } from 'node:fs/promises';
import type { TariffTemplate } from '@prewatt/api';
import { expectOk } from '@prewatt/quantities';
import { parseTariff } from '@prewatt/tariff';

const folder = new URL('.', import.meta.resolve('@prewatt/tariff/documents/demo.json'));

let listed: Promise<TariffTemplate[]> | null = null;

/** All of them, by country, utility and class; read once. */
export function listTemplates(): Promise<TariffTemplate[]> {
  listed ??= readAll();
  return listed;
}

/** Null when there is none of this name. */
export async function readTemplate(template: string): Promise<Record<string, unknown> | null> {
  const known = (await listTemplates()).some((each) => each.template === template);
  if (!known) return null;
  return JSON.parse(await readFile(new URL(`${template}.json`, folder), 'utf8'));
}

async function readAll(): Promise<TariffTemplate[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.json'));
  const all = await Promise.all(
    names.map(async (name) => {
      const text = await readFile(new URL(name, folder), 'utf8');
      const { country, utility, customerClass, currency, effectiveFrom } = expectOk(
        parseTariff(JSON.parse(text)),
        name,
      );
      const template = name.slice(0, -'.json'.length);
      return {
        ...{ template, country, utility, customerClass, effectiveFrom },
        currency: currency.code,
      };
    }),
  );
  const keyOf = (each: TariffTemplate) =>
    `${each.country} ${each.utility} ${each.customerClass} ${each.effectiveFrom}`;
  return all.sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
}
