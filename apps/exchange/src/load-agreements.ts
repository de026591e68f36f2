import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Database } from '#libs/postgres'
import { loadDirectoryAgreements, type AgreementDirectory } from './basis/load-directory-agreements.js'
import { DeliveryRepository } from './delivery/delivery.repository.js'
import { loadAgreementsConfig } from './load-agreements.config.js'

const [path] = process.argv.slice(2)
if (path === undefined) throw new Error('Usage: load-agreements <directory.json>')

const directory = JSON.parse(readFileSync(path, 'utf8')) as AgreementDirectory
const documentOf = (name: string): string | undefined => {
  const file = join('schemas', 'operations', `${name}.graphql`)
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined
}

const database = await Database.open({ url: loadAgreementsConfig().databaseUrl, poolSize: 1 })
try {
  await loadDirectoryAgreements(database, directory, documentOf)
  await new DeliveryRepository().openLines(database)
} finally {
  await database.close()
}
