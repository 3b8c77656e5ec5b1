// The `prewatt messages` group: the texts that people are sent, checked by language.

import { countText } from '@prewatt/quantities';
import { type Catalogue, checkCatalogue, readCatalogue, type TextLength } from '@prewatt/rails';
import type { CommandContext, CommandResult, Options, OptionTable } from '../command.ts';
import { createGroup, summariesOf } from '../dispatch.ts';

type MessagesCommand = {
  readonly summary: string;
  readonly help: string;
  readonly options: OptionTable;
  readonly run: (options: Options, context: CommandContext) => Promise<CommandResult>;
};

const says = {
  missingVariable: 'lacks {#}',
  strangeVariable: 'has {#}, which the first language has not',
  unknownVariable: 'has {#}, which nobody fills',
  tooLong: 'has # characters; a screen takes 182',
  secret: 'shows #, where anybody can read it',
} as const;

const noCatalogue = (message: string): CommandResult => ({
  ok: false,
  error: { exitCode: 1, code: 'catalogue', message, advice: 'See prewatt messages check --help.' },
});

const oneFile = {
  exitCode: 2,
  ...{ code: 'usage', message: 'name one file, or none' },
  advice: 'Try: prewatt messages check --help',
} as const;

const sum = (all: readonly TextLength[], of: 'parts' | 'partsAsWritten'): number =>
  all.reduce((total, each) => total + each[of], 0);

async function run(options: Options, context: CommandContext): Promise<CommandResult> {
  const [file, ...more] = options.positionals;
  if (more.length > 0) return { ok: false, error: oneFile };
  let catalogue: Catalogue | null;
  if (file === undefined) {
    const { ownCatalogue } = await import('@prewatt/server/message-catalogue');
    catalogue = ownCatalogue();
  } else {
    try {
      catalogue = readCatalogue(JSON.parse(context.readFile(file)));
    } catch {
      return noCatalogue(`${file} is not JSON`);
    }
  }
  if (catalogue === null) return noCatalogue(`${file} is no catalogue`);
  const checked = checkCatalogue(catalogue);
  const { faults, lengths, fallBack } = checked;
  const [first] = catalogue.languages;
  const lines = [
    ...lengths.map(
      ({ key, language, characters, alphabet, parts, partsAsWritten }) =>
        `${language}  ${key}: ${countText(characters, 'character')}, ${alphabet === 'gsm7' ? 'GSM-7' : 'UCS-2'}, ${countText(parts, 'part')}${parts === partsAsWritten ? '' : ` (${partsAsWritten} with every accent)`}`,
    ),
    ...[...Map.groupBy(lengths, ({ language }) => language)].map(
      ([language, all]) =>
        `${language}: ${countText(sum(all, 'parts'), 'part')} in all, ${sum(all, 'partsAsWritten')} with every accent`,
    ),
    ...[...Map.groupBy(fallBack, ({ language }) => language)].map(
      ([language, all]) =>
        `${language}: ${countText(all.length, 'text falls', 'texts fall')} back to ${first}`,
    ),
    ...faults.map(
      ({ key, language, fault, what }) =>
        `FAULT ${language}  ${key} ${says[fault].replace('#', what)}`,
    ),
    `${countText(lengths.length, 'text')} in ${catalogue.languages.join(', ')}: ${countText(faults.length, 'fault')}`,
  ];
  return { ok: true, value: { lines, json: checked, failed: faults.length > 0 } };
}

const check: MessagesCommand = {
  summary: 'texts by language: variables, length in short messages, nothing secret on lock screens',
  help: `prewatt messages check [FILE]

Checks our own texts of phones, sales, notices and notifications, or the catalogue in FILE: each
variable of the first language in each other one, none that nobody fills, screens of at most 182
characters, and no token in what a locked screen shows. Prints the length of each with the longest
likely values, in GSM-7 or UCS-2 and parts: as it is sent, without accents that GSM-7 lacks where
that suffices, and with every accent. Exit code 1 when anything is wrong.

FILE is JSON: { "languages": ["en", "sw"], "longest": { "home": "Flat 12, Block C" },
"texts": [{ "key": "low", "kind": "message", "words": { "en": "{home}: low", "sw": "…" } }] }.
A kind is message, screen, lockScreen or mail; "mayLack" lists variables that a language may leave out.

Screens and answers to texts are in English and Kiswahili: readers of other languages get them in
English.`,
  options: {},
  run,
};

const commands: Readonly<Record<string, MessagesCommand>> = { check };

/** Runs `prewatt messages ...`. */
export const messagesGroup = createGroup<MessagesCommand>({
  name: 'messages',
  help: `prewatt messages: the texts that people are sent

${summariesOf('messages', commands)}

Every command takes --json and --help.
`,
  commands,
  common: {},
  run: (command, options, context) => command.run(options, context),
});
