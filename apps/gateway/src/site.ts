// What a technician writes: the buses, the meters on them, what switches each, the main meter and
// the power plant. One file, checked whole before anything starts; it holds keys, so it must be its
// owner's alone.

import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { checkRegisterMap, type RegisterMap, shippedMaps } from '@prewatt/fieldbus';
import { dimProgrammeDocument, lightPlace } from '@prewatt/protocol';
import { err, ok, type Result } from '@prewatt/quantities';
import { checkProgramme, type DimProgramme } from '@prewatt/street-light';
import { factoryMeter } from '@prewatt/virtual-meter/factory';
import { z } from 'zod';

const name = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9 ._-]{0,39}$/);
const unit = z.number().int().min(1).max(247);

const busSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('serial'),
    name,
    path: z.string().min(1),
    /** The adapter hears what it sends. */
    echo: z.boolean().default(false),
    quietMs: z.number().int().min(0).max(1000).default(20),
  }),
  z.strictObject({
    kind: z.literal('tcp'),
    name,
    host: z.string().min(1),
    port: z.number().int().min(1).max(65_535),
    /** `bytes`: a converter passes what it hears; `modbusTcp`: a device or a translating one. */
    framing: z.enum(['bytes', 'modbusTcp']),
    quietMs: z.number().int().min(0).max(1000).default(5),
  }),
]);
export type BusSetting = z.output<typeof busSchema>;

/** Speed and parity of a device that no map describes. */
const line = z
  .strictObject({
    baud: z.number().int().min(300).max(115_200),
    dataBits: z.literal(8).default(8),
    parity: z.enum(['none', 'even', 'odd']),
    stopBits: z.union([z.literal(1), z.literal(2)]).default(1),
  })
  .default({ baud: 9600, dataBits: 8, parity: 'none', stopBits: 1 });

/** A device that is read: on which bus, under which address, by which map. */
const onBus = {
  bus: name,
  address: z.string().min(1).max(32),
  map: z.string(),
  everySeconds: z.number().int().min(5).max(3600).default(60),
};

const contactor = z.discriminatedUnion('kind', [
  /** Nothing switches: the meter only counts. */
  z.strictObject({ kind: z.literal('none') }),
  z.strictObject({
    kind: z.literal('coil'),
    bus: name,
    unit,
    coil: z.number().int().min(0).max(65_535),
    /** What the coil is while supply is on. */
    onWhen: z.boolean().default(true),
    line,
  }),
  /** The load switch in a meter of DL/T 645-2007. */
  z.strictObject({
    kind: z.literal('meterSwitch'),
    password: z.string().regex(/^\d{8}$/),
    operator: z.string().regex(/^\d{8}$/),
  }),
]);
export type ContactorSetting = z.output<typeof contactor>;

/** A circuit of street lamps: its contactor goes by a dim programme, as the utility has it. */
const lights = z.strictObject({
  ...lightPlace,
  /** Of all its lamps together. */
  fullW: z.number().int().min(1).max(100_000),
  /** A level below it is off: a contactor cannot dim. */
  onFromPercent: z.number().int().min(1).max(100).default(1),
  /** A crossing: on while the sun is down, also without credit. */
  isProtected: z.boolean().default(false),
  programme: dimProgrammeDocument.transform((document, context): DimProgramme => {
    const checked = checkProgramme(document);
    if (checked.ok) return checked.value;
    context.addIssue({ code: 'custom', message: `no dim programme (${checked.error})` });
    return z.NEVER;
  }),
});

const channelSchema = factoryMeter
  .omit({ homeProfile: true, profileOffsetDays: true, initialState: true })
  .extend({
    ...onBus,
    contactor,
    /** Changes when the meter on the bus is exchanged: its register then begins anew. */
    meterSerial: z.string().max(40).default(''),
    /** More than this over a reading's time is no use of this home. */
    maximumPowerW: z.number().int().min(1000).max(1_000_000).default(25_000),
    /** The register's value at which it begins again at zero. */
    wrapsAtWh: z.number().int().min(1000).optional(),
    /** Lighting of stairs and the like: shown, sold to nobody, and never off for want of credit. */
    shared: z.boolean().default(false),
    /** Mini-grid: the lowest is cut first; those without are never cut by the battery. */
    shedOrder: z.number().int().min(1).max(99).optional(),
    lights: lights.optional(),
  });
export type ChannelSetting = z.output<typeof channelSchema>;

/** What an STS meter has inside, for one that is simulated. */
const stsKeySchema = channelSchema.pick({
  ...{ meterPan: true, zone: true, ea: true, decoderKeyHex: true, supplyGroupCode: true },
  ...{ tariffIndex: true, keyRevision: true, keyType: true, keyExpiry: true },
  ...{ baseDate: true, initialTid: true },
});
export type StsKey = z.input<typeof stsKeySchema>;

/** An STS meter that takes tokens itself: its key is in the meter, and not here. */
const stsSchema = z.strictObject({
  meterPan: z.string().regex(/^\d{18}$/),
  name: z.string().min(1).max(80),
  mqttSecret: z.string().min(1),
  bus: name,
  /** Twelve digits, as they stand on the meter. */
  address: z.string().regex(/^\d{12}$/),
  kind: z.literal('sanxing'),
  everySeconds: z.number().int().min(5).max(3600).default(60),
});
export type StsSetting = z.output<typeof stsSchema>;

const powerSchema = z.strictObject({
  bus: name,
  unit,
  /** Absent: the device says by SunSpec what it has. */
  map: z.string().optional(),
  line,
  everySeconds: z.number().int().min(5).max(3600).default(30),
});
export type PowerSetting = z.output<typeof powerSchema>;

const sheddingSchema = z
  .strictObject({
    /** At or below this battery charge the next group is cut; at or above the second it is back. */
    cutAtPermille: z.number().int().min(10).max(900),
    restoreAtPermille: z.number().int().min(20).max(1000),
    /** How long before a cut it is shown. */
    noticeMinutes: z.number().int().min(0).max(240),
    /** At least so long between two groups. */
    stepMinutes: z.number().int().min(1).max(240),
  })
  .refine(({ cutAtPermille, restoreAtPermille }) => restoreAtPermille > cutAtPermille, {
    message: 'restoreAtPermille must be above cutAtPermille',
  });
export type SheddingSetting = z.output<typeof sheddingSchema>;

/** Without TLS a server on this machine alone, as a proxy or a trial has it. */
function isSafeServer(text: string): boolean {
  const { protocol, hostname } = new URL(text);
  return protocol === 'https:' || ['127.0.0.1', '[::1]', 'localhost'].includes(hostname);
}

/** Selling for cash at the site's page, with and without the internet. */
const salesSchema = z.strictObject({
  /** The utility's server, as tills call it. */
  server: z.url({ protocol: /^https?$/ }).refine(isSafeServer, {
    message: 'the key of the till and PINs go there: https, or http to this machine alone',
  }),
  /** Of a till of the vendor who sells here. */
  key: z.string().regex(/^pwv_[0-9a-f-]{36}_[0-9a-f]{64}$/, 'the key of a till'),
  /** The least and the most of one sale in minor units, and what is usual between; rising. */
  amountsMinor: z
    .array(z.string().regex(/^[1-9]\d{0,14}$/))
    .min(2)
    .max(4)
    .refine(
      (amounts) =>
        amounts.every((each, i) => i === 0 || BigInt(each) > BigInt(amounts[i - 1] ?? 0)),
      {
        message: 'each is more than the one before',
      },
    ),
});
export type SalesSetting = z.output<typeof salesSchema>;

const siteSchema = z
  .strictObject({
    name: z.string().min(1).max(80),
    zone: z.string(),
    /** What opens the technician's page. */
    pagePin: z.string().regex(/^\d{6,12}$/),
    buses: z.array(busSchema).min(1).max(8),
    channels: z.array(channelSchema).max(250),
    stsMeters: z.array(stsSchema).max(250).default([]),
    /** `node`: its code in the utility's network, for the file of its readings. */
    mainMeter: z
      .strictObject({
        ...onBus,
        node: z
          .string()
          .regex(/^[A-Za-z0-9._-]{1,60}$/)
          .default('main'),
      })
      .optional(),
    power: z.array(powerSchema).max(8).default([]),
    shedding: sheddingSchema.optional(),
    sales: salesSchema.optional(),
  })
  .superRefine((site, context) => {
    for (const message of siteFaults(site)) context.addIssue({ code: 'custom', message });
  });
export type Site = z.output<typeof siteSchema>;
/** What a technician writes. */
export type SiteFile = z.input<typeof siteSchema>;

type Loose = Pick<Site, 'buses' | 'channels' | 'mainMeter' | 'power' | 'shedding' | 'stsMeters'>;

/** What no field shows by itself: names that lead nowhere, numbers and places that occur twice. */
function siteFaults(site: Loose): string[] {
  const { buses, channels, mainMeter, power, shedding, stsMeters } = site;
  const known = new Set(buses.map((bus) => bus.name));
  const named = [
    ...[...channels, ...stsMeters].map((each) => each.bus),
    ...channels.flatMap((each) => (each.contactor.kind === 'coil' ? [each.contactor.bus] : [])),
    ...(mainMeter === undefined ? [] : [mainMeter.bus]),
    ...power.map((each) => each.bus),
  ];
  const faults = [...new Set(named)]
    .filter((each) => !known.has(each))
    .map((each) => `there is no bus "${each}"`);
  const coils = channels.flatMap(({ contactor: at }) =>
    at.kind === 'coil' ? [`coil ${at.coil} of unit ${at.unit} on ${at.bus}`] : [],
  );
  const meters = [...channels, ...stsMeters];
  const places = meters.map((each) => `address ${each.address} on ${each.bus}`);
  const pans = meters.map((each) => `meterPan ${each.meterPan}`);
  for (const list of [
    [...known].length === buses.length ? [] : ['a bus name', 'a bus name'],
    coils,
    places,
    pans,
  ]) {
    for (const twice of new Set(list.filter((each, index) => list.indexOf(each) !== index))) {
      faults.push(`${twice}: occurs twice`);
    }
  }
  const ill = channels.find(({ medical, shedOrder }) => medical && shedOrder !== undefined);
  if (ill !== undefined) {
    faults.push(`${ill.meterPan}: a home with a medical device has no shedOrder, so it stays on`);
  }
  const bare = channels.find(
    ({ lights: of, contactor: at }) => of !== undefined && at.kind === 'none',
  );
  if (bare !== undefined) faults.push(`${bare.meterPan}: lights need a contactor`);
  if (shedding !== undefined && power.length === 0) faults.push('shedding needs a power device');
  return faults;
}

export type LoadedSite = { readonly site: Site; readonly maps: ReadonlyMap<string, RegisterMap> };

/** Reads `site.json` and `maps/*.json`; the refusal is one line that says what to do. */
export function readSite(folder: string): Result<LoadedSite, string> {
  const path = join(folder, 'site.json');
  const json = readJson(path, true);
  if (!json.ok) return json;
  const parsed = siteSchema.safeParse(json.value);
  if (!parsed.success) {
    // What concerns the whole file has no field to name.
    const faults = parsed.error.issues.map((i) => [i.path.join('.'), i.message]);
    const lines = faults.map((each) => each.filter((part) => part !== '').join(': '));
    return err(`${path}: ${lines.slice(0, 5).join('; ')}`);
  }
  const maps = readMaps(join(folder, 'maps'));
  if (!maps.ok) return maps;
  const fault = mapFault(parsed.data, maps.value);
  return fault === null ? ok({ site: parsed.data, maps: maps.value }) : err(`${path}: ${fault}`);
}

/** Of STS meters that are simulated: a list of keys, in a file that nobody else may read. */
export function readStsKeys(path: string): Result<readonly StsKey[], string> {
  const json = readJson(path, true);
  if (!json.ok) return json;
  const parsed = z.array(stsKeySchema).max(250).safeParse(json.value);
  if (parsed.success) return ok(parsed.data);
  const lines = parsed.error.issues.map((i) => `${i.path.join('.')}: ${i.message}`);
  return err(`${path}: ${lines.slice(0, 5).join('; ')}`);
}

function readMaps(folder: string): Result<ReadonlyMap<string, RegisterMap>, string> {
  const maps = new Map(shippedMaps);
  const files = existsSync(folder) ? readdirSync(folder).filter((f) => f.endsWith('.json')) : [];
  for (const file of files.sort()) {
    const json = readJson(join(folder, file), false);
    if (!json.ok) return json;
    const map = checkRegisterMap(json.value);
    if (!map.ok) return err(`${join(folder, file)}: ${map.error.slice(0, 5).join('; ')}`);
    maps.set(map.value.name, map.value);
  }
  return ok(maps);
}

/** A map that does not exist, does not count energy, or wants another kind of address. */
function mapFault(site: Site, maps: ReadonlyMap<string, RegisterMap>): string | null {
  const meters = [...site.channels, ...(site.mainMeter === undefined ? [] : [site.mainMeter])];
  for (const { map: wanted, address } of meters) {
    const map = maps.get(wanted);
    if (map === undefined)
      return `there is no map "${wanted}"; known: ${[...maps.keys()].join(', ')}`;
    const items: readonly { readonly quantity: string }[] = map.items;
    if (!items.some(({ quantity }) => quantity === 'importWh')) return `${wanted}: has no importWh`;
    if (!addressForms[map.protocol].test(address)) {
      return `"${address}" is no address of ${map.protocol}`;
    }
  }
  for (const { contactor: at, map, meterPan } of site.channels) {
    if (at.kind === 'meterSwitch' && maps.get(map)?.protocol !== 'dlt645-2007') {
      return `${meterPan}: only meters of dlt645-2007 have a switch of their own here`;
    }
  }
  const wanted = site.power.find((each) => each.map !== undefined && !maps.has(each.map));
  return wanted === undefined ? null : `there is no map "${wanted.map}"`;
}

const addressForms: Readonly<Record<RegisterMap['protocol'], RegExp>> = {
  modbus: /^([1-9]|[1-9]\d|1\d\d|2[0-3]\d|24[0-7])$/,
  'dlt645-2007': /^\d{12}$/,
  'dlt645-1997': /^\d{12}$/,
  'iec62056-21': /^[\x20-\x7e]{1,32}$/,
};

function readJson(path: string, isSecret: boolean): Result<unknown, string> {
  try {
    if (isSecret && (statSync(path).mode & 0o077) !== 0) {
      return err(`${path} holds keys and is open to others: chmod 600 ${path}`);
    }
    return ok(JSON.parse(readFileSync(path, 'utf8')));
  } catch (error) {
    return err(`${path} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
}
