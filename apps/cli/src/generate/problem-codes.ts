import { parse } from 'yaml'
import type { GeneratedFile } from './written.js'

/** One entry of schemas/errors/catalogue.yaml. */
interface CatalogueEntry {
  readonly kind: 'problem' | 'graphql' | 'field' | 'notice'
  readonly status?: number
  readonly title?: string
  readonly owner: string
  readonly retryable?: boolean
  readonly description: string
  /** What whoever gets it is to do. */
  readonly remedy: string
}

export type Catalogue = Readonly<Record<string, CatalogueEntry>>

const kindWords = {
  problem: 'an error',
  graphql: 'an error inside a GraphQL answer',
  field: 'stands in `errors[].code`, beside a JSON Pointer',
  notice: 'a notice; nothing was refused',
} as const

/** Reads the error catalogue from its text. */
export function readCatalogue(text: string): Catalogue {
  return (parse(text) as { codes: Catalogue }).codes
}

/** The union of codes that may cross a door as a `Problem`, and a page a code. */
export function problemCodeFiles(catalogue: Catalogue): readonly GeneratedFile[] {
  const entries = Object.entries(catalogue)
  const lines = entries
    .filter(([, entry]) => entry.kind === 'problem' || entry.kind === 'graphql')
    .map(
      ([code, { status, title, retryable }]) =>
        `  ${code}: { status: ${String(status)}, title: ${JSON.stringify(title)}, retryable: ${String(retryable)} },\n`,
    )
  const text =
    '// Generated from schemas/errors/catalogue.yaml by `npm run generate`.\n\n' +
    '/** Every code that may cross a door as an error, with its HTTP status. */\n' +
    `export const problemCodes = {\n${lines.join('')}} as const\n\n` +
    '/** A code of the error catalogue. */\nexport type ProblemCode = keyof typeof problemCodes\n'
  return [
    { path: 'libs/problem/src/problem-codes.generated.ts', text },
    { path: 'schemas/errors/pages.json', text: pagesOf(entries) },
    indexPage(entries),
    ...entries.map(codePage),
  ]
}

function codePage([code, entry]: readonly [string, CatalogueEntry]): GeneratedFile {
  const retry =
    entry.retryable === undefined ? '' : `Retrying the same request can help: ${entry.retryable ? 'yes' : 'no'}. `
  const status = entry.status === undefined ? '' : `HTTP status ${entry.status}. `
  const heading = entry.title === undefined ? '' : `**${entry.title}.** `
  const text = `# ${code}\n\n${heading}${entry.description}\n\n**What to do:** ${entry.remedy}\n\n${status}${retry}Kind: ${kindWords[entry.kind]}. Owner: \`${entry.owner}\`.\n`
  return { path: `docs/errors/${code}.md`, text }
}

/** All pages in one, for the gateway to show. */
function pagesOf(entries: readonly (readonly [string, CatalogueEntry])[]): string {
  const pages = Object.fromEntries(entries.map((entry) => [entry[0], codePage(entry).text]))
  return `${JSON.stringify(pages, null, 2)}\n`
}

function indexPage(entries: readonly (readonly [string, CatalogueEntry])[]): GeneratedFile {
  const rows = entries.map(
    ([code, entry]) =>
      `- [${code}](${code}.md)${entry.status === undefined ? '' : ` (${entry.status})`}: ${kindWords[entry.kind]}\n`,
  )
  return { path: 'docs/errors/README.md', text: `# Error, field and notice codes\n\n${rows.join('')}` }
}
