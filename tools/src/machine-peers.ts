// `npm run peers` of this workspace: a whole machine by the guide (`road`), and the containers.
// The latter take minutes to build, so they are run by their name alone.

const names = process.argv.slice(2);
if (names.length === 0 || names.includes('road')) await import('./road/main.ts');
if (names.includes('containers')) await import('./containers/main.ts');
