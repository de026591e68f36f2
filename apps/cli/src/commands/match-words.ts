import type { Compared } from './match-compared.js'

const outcomes = {
  link: 'One child: the link rule holds.',
  register: 'Two children, as far as these records tell.',
  review: 'Perhaps one child: a person has to look.',
} as const

const vetoes: Readonly<Record<string, string>> = {
  V1: 'birth orders of one delivery differ',
  V2: 'verified NHS numbers differ, and so does the given name or the birth date',
  V3: 'one source had both in use on the same day',
  V4: 'people decided that they are two',
  V5: 'the guardian desk looks at protected children',
  V6: 'a child without a name may be the other twin',
  V7: 'no number agrees, and the birth date is not exact',
  V8: 'one died before something happened to the other',
}

/** An explanation as a person reads it. */
export function inWords(found: Compared): string {
  const { classes } = found
  const chances = classes
    ? `same child ${share(classes.same)}, sibling or household ${share(classes.sibling)}, unrelated ${share(classes.unrelated)}`
    : 'nothing could be compared'
  return [
    outcomes[found.outcome],
    `Chances: ${chances}. Grade: ${found.grade}.`,
    '',
    `${'bits for'.padEnd(44)}${'same'.padStart(8)}${'sibling'.padStart(9)}`,
    line('before anything is compared', found.prior.m, found.prior.s),
    ...found.why.map(({ comparison, level, m, s, tf }) => line(`${said(comparison, level)}${frequency(tf)}`, m, s)),
    line('sum (family and institutions capped)', found.sums.m, found.sums.s),
    '',
    `Groups of evidence that count: ${found.groups.join(', ') || 'none'}.`,
    ...found.vetoes.map((veto) => `Veto ${veto}: ${vetoes[veto] ?? ''}.`),
    ...found.whyNot.filter((gate) => 'gate' in gate).map(gateOf),
    ...noticesOf(found),
    `Model ${found.modelHash}, normaliser ${found.normaliser}; adding it up again ${found.replays ? 'agrees' : 'DISAGREES'}.`,
  ].join('\n')
}

function line(words: string, m: number, s: number): string {
  return `${words.padEnd(44)}${bits(m).padStart(8)}${bits(s).padStart(9)}`
}

function said(comparison: string, level: string): string {
  return `${comparison}: ${level.replaceAll('-', ' ')}`
}

function frequency(tf: number): string {
  return tf === 0 ? '' : ` (${tf > 0 ? 'rare' : 'common'} ${bits(tf)})`
}

function gateOf(gate: Compared['whyNot'][number]): string {
  const words = String(gate['gate']).replaceAll('-', ' ')
  return `Held by: ${words} (had ${tenThousandths(gate['hadTenThousandths'])}, needed ${tenThousandths(gate['neededTenThousandths'])}).`
}

function noticesOf({ notices }: Compared): readonly string[] {
  const of = (side: 'left' | 'right') =>
    notices[side].map(({ code, pointer }) => `Notice, ${side}: ${code} at ${pointer}.`)
  return [...of('left'), ...of('right')]
}

function bits(milliBits: number): string {
  return (milliBits / 1000).toFixed(2)
}

function share(thousandths: number): string {
  return (thousandths / 1000).toFixed(3)
}

function tenThousandths(value: string | number | undefined): string {
  return (Number(value) / 10_000).toFixed(4)
}
