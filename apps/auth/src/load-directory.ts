import { readFileSync } from 'node:fs'
import { Database } from '#libs/postgres'
import { ownerConfig } from './auth.config.js'
import { loadDirectory, type Directory } from './directory/load-directory.js'

const [directoryFile = '', keysFolder = ''] = process.argv.slice(2)
const directory = JSON.parse(readFileSync(directoryFile, 'utf8')) as Directory
const database = await Database.open({ ...ownerConfig(), poolSize: 1, applicationName: 'waymark-load-directory' })
try {
  await loadDirectory(database, directory, keysFolder)
} finally {
  await database.close()
}
