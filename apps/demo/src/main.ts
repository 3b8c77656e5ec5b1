// `npm start`: the whole of Prewatt on one machine. Composition root of the demo: arguments,
// signals and the programs and steps that the launcher runs.

import { fileURLToPath } from 'node:url';
import { type LauncherDeps, runDemo, type SeedInput } from './launcher.ts';
import { helpText, parseOptions } from './options.ts';
import { DemoRefusal } from './refusal.ts';

const parsed = parseOptions(process.argv.slice(2), process.cwd());
if (parsed.kind === 'help') {
  process.stdout.write(helpText);
} else if (parsed.kind === 'refused') {
  process.stderr.write(`${parsed.message}\n`);
  process.exitCode = 1;
} else {
  const stop = new AbortController();
  const kill = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => (stop.signal.aborted ? kill.abort() : stop.abort()));
  }
  process.exitCode = await runDemo(parsed.options, {
    programs: {
      server: program('server'),
      virtualMeter: program('virtual-meter'),
      sandbox: program('sandbox'),
    },
    async migrate(ownerUrl) {
      const { migrate } = await load<{ migrate: LauncherDeps['migrate'] }>(
        '@prewatt/server/migrate',
      );
      await migrate(ownerUrl);
    },
    async seed(input: SeedInput) {
      const { seedDemo } = await load<{ seedDemo: LauncherDeps['seed'] }>(
        '@prewatt/simulation/seed',
      );
      await seedDemo(input);
    },
    say: (line) => process.stdout.write(`${line}\n`),
    env: process.env,
    stopSignals: { stop: stop.signal, kill: kill.signal },
  });
  // Everything we started is gone; a timer in a library must not keep the terminal waiting.
  process.exit();
}

function program(app: string): string {
  return fileURLToPath(new URL(`../../${app}/src/main.ts`, import.meta.url));
}

// Loaded when needed: most starts need no seed, and its imports are the heaviest we have.
async function load<T>(specifier: string): Promise<T> {
  try {
    return await import(specifier);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code !== 'ERR_PACKAGE_PATH_NOT_EXPORTED' && code !== 'ERR_MODULE_NOT_FOUND') throw error;
    throw new DemoRefusal(`${specifier} is not in this checkout: run npm install, or update it.`);
  }
}
