import { projectFolder } from './project-folder.js'
import { reasonOf } from './reason-of.js'
import { WrongUse } from './wrong-use.js'

/** A command takes its arguments and answers with the exit code of the program. */
type Command = (args: readonly string[]) => Promise<number>

/** One line for the list of commands, the command, and what `--help` prints; one without tells of itself. */
interface Entry {
  readonly about: string
  readonly load: () => Promise<Command>
  readonly usage?: (args: readonly string[]) => Promise<string>
  /** It starts programs, or writes files, of the clone in whose folder it has to run. */
  readonly isOfClone?: true
}

/** Each command is loaded only when asked for, so that `waymark verify` needs no database and no broker. */
const commands: Readonly<Record<string, Entry>> = {
  up: {
    isOfClone: true,
    about: 'run the hub on this machine: --once --fresh --stop --json --port-offset N --data FOLDER',
    load: async () => (await import('./commands/up.js')).up,
    usage: async () => (await import('./commands/up/options.js')).usage,
  },
  demo: {
    about: 'play the demonstration on a hub that runs: --connection FILE --run N --json',
    load: async () => (await import('./commands/demo.js')).demo,
    usage: async () => (await import('./commands/demo.js')).usage,
  },
  seed: {
    about:
      'put the children of KidsBench into a hub that runs, through its doors: --children N --connection FILE --json',
    load: async () => (await import('./commands/seed.js')).seed,
    usage: async () => (await import('./commands/seed.js')).usage,
  },
  migrate: {
    isOfClone: true,
    about: 'prepare the database of MIGRATION_DATABASE_URL and bring every schema up to date: --sandbox FOLDER',
    load: async () => (await import('./commands/migrate.js')).migrate,
    usage: async () => (await import('./commands/migrate.js')).usage,
  },
  reset: {
    isOfClone: true,
    about: "remove this machine's data folder: --yes --data FOLDER",
    load: async () => (await import('./commands/reset.js')).reset,
    usage: async () => (await import('./commands/reset.js')).usage,
  },
  token: {
    about: 'print an access token, or the headers of one request: --as WHO --connection FILE [METHOD PATH]',
    load: async () => (await import('./commands/token.js')).token,
    usage: async () => (await import('./commands/token.js')).usage,
  },
  request: {
    about: 'make a request as an agency: --as WHO --purpose P --actor A -i METHOD PATH [BODY|@FILE]',
    load: async () => (await import('./commands/request.js')).request,
    usage: async () => (await import('./commands/request.js')).usage,
  },
  'access-log': {
    about: 'export access records, to be checked without the hub: export --as WHO --out FILE --agency ID --from --to',
    load: async () => (await import('./commands/access-log.js')).accessLog,
    usage: async () => (await import('./commands/access-log.js')).usage,
  },
  verify: {
    about: 'check evidence of the access log without the hub: proof, consistency, fsck, diff, reconcile, fork',
    load: async () => (await import('./commands/verify.js')).verify,
    usage: async () => (await import('./commands/verify.js')).usage,
  },
  witness: {
    about: 'run a witness of the access log: --key FILE --log-key FILE --data FOLDER --port N',
    load: async () => (await import('./commands/witness.js')).witness,
    usage: async () => (await import('./commands/witness.js')).usage,
  },
  match: {
    about: 'say why two records are, or are not, of one child: explain --left FILE --right FILE --model FILE --json',
    load: async () => (await import('./commands/match.js')).match,
    usage: async () => (await import('./commands/match-explain.js')).matchUsage,
  },
  bench: {
    about:
      'measure a hub of its own: --out FILE --smoke --only P4,P7; or bench linkage (a file), resolve (in memory), learn, alike',
    load: async () => (await import('./commands/bench-topic.js')).benchTopic,
    usage: async ([topic]) => (await import('./commands/bench-topic.js')).usageOf(topic),
  },
  kidsbench: {
    about: 'invent children and the records of them, with the truth: generate --children 100k --seed 7 --out FOLDER',
    load: async () => (await import('./commands/kidsbench.js')).kidsbench,
    usage: async () => (await import('./commands/kidsbench.js')).usage,
  },
  generate: {
    isOfClone: true,
    about: 'write contracts and generated sources: --check',
    load: async () => (await import('./commands/generate.js')).generate,
    usage: async () => (await import('./commands/generate.js')).usage,
  },
}

/** @returns the exit code; 2 for what cannot be understood */
async function main([name = '', ...args]: readonly string[]): Promise<number> {
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined
  if (!command) return list(name)
  const usage = await command.usage?.(args)
  if (usage !== undefined && args.some(isHelp)) {
    console.log(usage)
    return 0
  }
  if (!isElsewhere(command)) return run(name, command, args)
  console.error(`✗ waymark ${name} runs in the folder of the clone:  cd ${projectFolder()}`)
  return 2
}

async function run(name: string, command: Entry, args: readonly string[]): Promise<number> {
  try {
    return await (
      await command.load()
    )(args)
  } catch (error) {
    if (isWrongUse(error)) {
      console.error(`✗ ${error.message}\n\n${(await command.usage?.(args)) ?? `waymark ${name} --help`}`)
      return 2
    }
    const reason = reasonOf(error)
    if (reason === undefined) throw error
    console.error(`✗ ${reason.text}`)
    return reason.exitCode
  }
}

function isElsewhere({ isOfClone }: Entry): boolean {
  return isOfClone === true && process.cwd() !== projectFolder()
}

/** Our own word for it, and what `parseArgs` says of options it does not know. */
function isWrongUse(error: unknown): error is Error {
  if (error instanceof WrongUse) return true
  return error instanceof Error && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS_')
}

function isHelp(arg: string): boolean {
  return arg === '--help' || arg === '-h'
}

/** Lists the commands: for who asks, and for who asked for something else. */
function list(name: string): number {
  const isAsked = isHelp(name) || name === 'help'
  const write = isAsked ? console.log : console.error
  const width = Math.max(...Object.keys(commands).map((known) => known.length))
  if (!isAsked && name !== '') write(`✗ There is no command ${name}\n`)
  write('Usage: waymark <command> [options]      waymark <command> --help\n')
  for (const [known, { about }] of Object.entries(commands)) write(`  ${known.padEnd(width)}  ${about}`)
  return isAsked ? 0 : 2
}

/** Whoever reads what is printed may have read enough (`| head`): the work goes on. */
function leaveUnread(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error
}

process.stdout.on('error', leaveUnread)
process.stderr.on('error', leaveUnread)
process.exitCode = await main(process.argv.slice(2))
