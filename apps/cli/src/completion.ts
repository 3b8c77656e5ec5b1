// `prewatt completion`: a script for a shell that completes groups and commands. The words come
// from the groups’ own help, so that a new command needs nothing here.

import { type CommandContext, type CommandGroup, usageError } from './command.ts';

type Groups = Readonly<Record<string, () => Promise<CommandGroup>>>;

const shells = ['bash', 'zsh', 'fish'] as const;

export async function completion(
  shell: string | undefined,
  groups: Groups,
  context: CommandContext,
): Promise<number> {
  const known = shells.find((each) => each === shell);
  if (known === undefined) {
    const help = 'source <(prewatt completion bash)';
    return usageError(context, 'name a shell: bash, zsh or fish', help);
  }
  const words = await commandsOf(groups, context);
  context.print(known === 'fish' ? fish(words) : bash(words, known));
  return 0;
}

type Words = ReadonlyMap<string, readonly string[]>;

async function commandsOf(groups: Groups, context: CommandContext): Promise<Words> {
  const words = new Map<string, readonly string[]>();
  for (const [name, load] of Object.entries(groups)) {
    let help = '';
    const group = await load();
    await group(['--help'], { ...context, print: (text) => (help += text) });
    const lines = help.matchAll(new RegExp(`^ {2,}prewatt ${name} ([a-z][a-z-]*)`, 'gm'));
    words.set(name, [...new Set([...lines].map(([, command = '']) => command))]);
  }
  return words;
}

function bash(words: Words, shell: 'bash' | 'zsh'): string {
  const cases = [...words].map(
    ([name, commands]) => `    ${name}) words="${commands.join(' ')}" ;;`,
  );
  return `${shell === 'zsh' ? 'autoload -U +X bashcompinit && bashcompinit\n' : ''}_prewatt() {
  local words=""
  [ "$COMP_CWORD" -eq 1 ] && words="${[...words.keys()].join(' ')}"
  [ "$COMP_CWORD" -eq 2 ] && case "\${COMP_WORDS[1]}" in
${cases.join('\n')}
  esac
  COMPREPLY=($(compgen -W "$words" -- "\${COMP_WORDS[COMP_CWORD]}"))
}
complete -o default -F _prewatt prewatt
`;
}

function fish(words: Words): string {
  const lines = [...words].flatMap(([name, commands]) => [
    `complete -c prewatt -n __fish_use_subcommand -a ${name}`,
    ...(commands.length === 0
      ? []
      : [
          `complete -c prewatt -n "__fish_seen_subcommand_from ${name}" -a "${commands.join(' ')}"`,
        ]),
  ]);
  return `${lines.join('\n')}\n`;
}
