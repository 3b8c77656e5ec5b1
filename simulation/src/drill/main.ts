// `npm run drill -- failover|upgrade|restore|all [--seed 7] [--from COMMIT] [--reports FOLDER]`:
// what an operator wants to have seen once before it happens, on one machine with real parts; the
// figures go into an HTML report.

import { ProgramMissing } from '../chaos/balancer.ts';
import { ChaosFailed } from '../chaos/rounds.ts';
import { readOptions } from '../options.ts';
import { type Broken, type Chapter, linesOf, writeReport } from './report.ts';

const help = `failover: three nodes of PostgreSQL by Patroni, two servers, two brokers, meters; the
primary is killed, its machine is lost or halted, or it is changed for another, while tills sell;
as root, its network is cut and its disk filled, too.
upgrade: two servers of the version before are changed for this one, one after the other, while
tills sell; migrations run meanwhile.
restore: PostgreSQL with pgBackRest; its disk is lost, and it is put back to what was archived last,
and to an instant before; servers see it, and meters take what is sold afterwards.
all: each of them.

  npm run drill -- failover|upgrade|restore|all [--seed N] [--from COMMIT] [--reports FOLDER]

  --seed N          of requests (default: 7)
  --from COMMIT     upgrade: the version before (default: the one before the last change of the
                    schema)
  --reports FOLDER  where the report goes (default: reports)

Exit code 1: a goal was missed, or something broke off.`;

type Asked = {
  readonly seed: number;
  readonly say: (line: string) => void;
  readonly from: string | undefined;
};
const drills: Readonly<
  Record<string, { readonly title: string; readonly run: (asked: Asked) => Promise<Chapter> }>
> = {
  failover: {
    title: 'The database fails over',
    run: async (asked) => (await import('./failover.ts')).drillFailover(asked),
  },
  upgrade: {
    title: 'A new version while people buy',
    run: async (asked) => (await import('./upgrade.ts')).drillUpgrade(asked),
  },
  restore: {
    title: 'A database put back',
    run: async (asked) => (await import('./restore.ts')).drillRestore(asked),
  },
};

const { values, positionals } = readOptions(
  { name: 'drill', help, positionals: true },
  {
    seed: { type: 'string', default: '7' },
    from: { type: 'string' },
    reports: { type: 'string', default: 'reports' },
  },
);
const seed = Number(values.seed);
const [asked = ''] = positionals;
const names = asked === 'all' ? Object.keys(drills) : [asked].filter((name) => name in drills);
if (names.length === 0 || positionals.length !== 1 || !Number.isInteger(seed)) {
  console.error(`drill: give one of ${Object.keys(drills).join(', ')}, all; try --help`);
  process.exitCode = 2;
} else {
  const chapters: (Chapter | Broken)[] = [];
  for (const name of names) chapters.push(await runOne(name));
  const file = writeReport(values.reports, chapters, new Date());
  console.log(`report: ${file}`);
  const isWell = chapters.every((chapter) => 'isWithin' in chapter && chapter.isWithin);
  process.exitCode = isWell ? 0 : 1;
}

async function runOne(name: string): Promise<Chapter | Broken> {
  const { title, run } = drills[name] ?? { title: name, run: () => Promise.reject(name) };
  console.log(`drill: ${name}`);
  const say = (line: string): void => console.log(`  ${line}`);
  try {
    const chapter = await run({ seed, say, from: values.from });
    for (const line of linesOf(chapter)) console.log(line);
    return chapter;
  } catch (error) {
    if (!(error instanceof ChaosFailed) && !(error instanceof ProgramMissing)) throw error;
    console.error(`drill ${name}: ${error.message}`);
    return { title, why: error.message };
  }
}
