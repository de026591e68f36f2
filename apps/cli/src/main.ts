/** A command takes its arguments and answers with the exit code of the program. */
type Command = (args: readonly string[]) => Promise<number>

/** Each command is loaded only when asked for, so that `waymark verify` needs no database and no broker. */
const commands: Readonly<Record<string, { readonly about: string; readonly load: () => Promise<Command> }>> = {
  up: {
    about: 'run the hub on this machine: --once --fresh --stop --json --port-offset N --data FOLDER',
    load: async () => (await import('./commands/up.js')).up,
  },
  demo: {
    about: 'play the demonstration on a hub that runs: --connection FILE --run N --json',
    load: async () => (await import('./commands/demo.js')).demo,
  },
  migrate: {
    about: 'prepare the database of MIGRATION_DATABASE_URL and bring every schema up to date: --sandbox FOLDER',
    load: async () => (await import('./commands/migrate.js')).migrate,
  },
  reset: {
    about: "remove this machine's data folder: --yes --data FOLDER",
    load: async () => (await import('./commands/reset.js')).reset,
  },
  token: {
    about: 'print an access token, or the headers of one request: --as WHO --connection FILE [METHOD PATH]',
    load: async () => (await import('./commands/token.js')).token,
  },
  request: {
    about: 'make a request as an agency: --as WHO --purpose P --actor A -i METHOD PATH [BODY|@FILE]',
    load: async () => (await import('./commands/request.js')).request,
  },
  verify: {
    about: 'check evidence of the access log without the hub: proof, consistency, fsck, diff, fork',
    load: async () => (await import('./commands/verify.js')).verify,
  },
  witness: {
    about: 'run a witness of the access log: --key FILE --log-key FILE --data FOLDER --port N',
    load: async () => (await import('./commands/witness.js')).witness,
  },
  bench: {
    about: 'measure a hub of its own against ceilings of the same run: --out FILE --smoke --only P4,P7 --seed N --keep',
    load: async () => (await import('./commands/bench.js')).bench,
  },
  kidsbench: {
    about: 'invent children and the records of them, with the truth: generate --children 100k --seed 7 --out FOLDER',
    load: async () => (await import('./commands/kidsbench.js')).kidsbench,
  },
  generate: {
    about: 'write contracts and generated sources: --check',
    load: async () => (await import('./commands/generate.js')).generate,
  },
}

async function main([name = '', ...args]: readonly string[]): Promise<number> {
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined
  if (command) return (await command.load())(args)
  const width = Math.max(...Object.keys(commands).map((known) => known.length))
  console.log('Usage: waymark <command> [options]\n')
  for (const [known, { about }] of Object.entries(commands)) console.log(`  ${known.padEnd(width)}  ${about}`)
  return name === '' || name === 'help' || name === '--help' ? 0 : 2
}

process.exitCode = await main(process.argv.slice(2))
