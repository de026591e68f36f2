#!/usr/bin/env node
// The command `waymark`: the compiled one of this clone, made first if it is not there.
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { prepare } from './prepare.mjs'

const program = new URL('../../dist/apps/cli/src/main.js', import.meta.url)
if (!existsSync(fileURLToPath(program))) await prepare({ say: (line) => console.error(line) })
await import(program.href)
