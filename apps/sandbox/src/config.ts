// Configuration of the sandbox: read once from the environment and one secrets file; every fault is
// listed at once.

import { err, ok, type Result } from '@prewatt/quantities';
import { z } from 'zod';

const clockPattern = /^(\d{1,16}(?:\.\d+)?):(\d{1,16}(?:\.\d+)?):(\d{1,6}(?:\.\d+)?)$/;

const environmentSchema = z.object({
  PREWATT_HTTP_PORT: z.coerce.number().int().min(0).max(65535),
  PREWATT_DATA_DIR: z.string().min(1),
  PREWATT_SERVER_URL: z.url({ protocol: /^https?$/ }),
  PREWATT_SECRETS_FILE: z.string().min(1),
  PREWATT_CLOCK: z.string().regex(clockPattern).optional(),
  PREWATT_LOG_LEVEL: z
    .enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'])
    .default('info'),
  PREWATT_ZONE: z.string().refine(isZone, 'is not a time zone').optional(),
});

// Other parts keep their secrets in the same file: what is not ours is not looked at.
const secretsSchema = z.object({
  sandboxWebhookSecret: z.string().min(16),
  sandboxApiKey: z.string().min(16),
  smsApiKey: z.string().min(16),
});

export type Secrets = z.output<typeof secretsSchema>;

/** Business time runs from `demoAnchorMs` at `realAnchorMs`, `speed` times as fast. */
export type ClockAnchor = {
  readonly realAnchorMs: number;
  readonly demoAnchorMs: number;
  readonly speed: number;
};

export type Config = {
  readonly httpPort: number;
  readonly dataDir: string;
  /** The utility's own address, for links back. */
  readonly serverUrl: string;
  readonly clock: ClockAnchor;
  readonly logLevel: string;
  /** Zone in which the demo phone shows times. */
  readonly zone: string;
  readonly secrets: Secrets;
};

/**
 * The configuration, or every fault in words. `readFile` is handed in; secrets never appear in a
 * fault.
 */
export function parseConfig(
  environment: Readonly<Record<string, string | undefined>>,
  readFile: (path: string) => string,
): Result<Config, readonly string[]> {
  const faults = unknownNames(environment);
  const parsed = environmentSchema.safeParse(ownNames(environment));
  if (!parsed.success) {
    faults.push(...parsed.error.issues.map((i) => `${i.path.join('.')}: ${i.message}`));
  }
  const secretsFile = environment['PREWATT_SECRETS_FILE'];
  const secrets = secretsFile ? parseSecrets(secretsFile, readFile) : ok(null);
  if (!secrets.ok) faults.push(...secrets.error);
  if (!parsed.success || !secrets.ok || secrets.value === null || faults.length > 0) {
    return err(faults);
  }
  const env = parsed.data;
  return ok({
    httpPort: env.PREWATT_HTTP_PORT,
    dataDir: env.PREWATT_DATA_DIR,
    serverUrl: env.PREWATT_SERVER_URL,
    clock: clockAnchor(env.PREWATT_CLOCK),
    logLevel: env.PREWATT_LOG_LEVEL,
    zone: env.PREWATT_ZONE ?? Intl.DateTimeFormat().resolvedOptions().timeZone,
    secrets: secrets.value,
  });
}

function ownNames(environment: Readonly<Record<string, string | undefined>>) {
  return Object.fromEntries(
    Object.keys(environmentSchema.shape).map((name) => [name, environment[name]]),
  );
}

/** Names that `prewatt` reads: a shell in which both are run has them, too. */
const ofCommandLine = /^PREWATT_(SERVER|OPERATOR_(EMAIL|PASSWORD|CODE))$/;

function unknownNames(environment: Readonly<Record<string, string | undefined>>): string[] {
  const known = new Set(Object.keys(environmentSchema.shape));
  return Object.keys(environment)
    .filter((name) => name.startsWith('PREWATT_') && !known.has(name) && !ofCommandLine.test(name))
    .map((name) => `${name}: is not a name that the sandbox knows`);
}

function parseSecrets(
  path: string,
  readFile: (path: string) => string,
): Result<Secrets, readonly string[]> {
  let content: unknown;
  try {
    content = JSON.parse(readFile(path));
  } catch {
    return err([`PREWATT_SECRETS_FILE: ${path} cannot be read as JSON`]);
  }
  const parsed = secretsSchema.safeParse(content);
  if (parsed.success) return ok(parsed.data);
  return err(
    parsed.error.issues.map((i) => `PREWATT_SECRETS_FILE: ${i.path.join('.')}: ${i.message}`),
  );
}

function clockAnchor(text: string | undefined): ClockAnchor {
  const match = clockPattern.exec(text ?? '0:0:1');
  return {
    realAnchorMs: Number(match?.[1]),
    demoAnchorMs: Number(match?.[2]),
    speed: Number(match?.[3]),
  };
}

function isZone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
    return true;
  } catch {
    return false;
  }
}
