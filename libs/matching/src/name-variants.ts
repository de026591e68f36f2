/** Names that one child may go by, each line a family of forms; a form may stand in more than one. */
const families: readonly (readonly string[])[] = `
abigail abbie abby gail
ahmed ahmad ahmet
aisha ayesha aysha aishah
albert bert albie al
alexander alex alec sandy xander aleksander sasha
alexandra alex lexi sandra aleksandra ola sasha
alfred alf alfie
amelia amy millie mila
andrew andy drew andrzej
anne ann anna annie nan
anthony tony antony antoni antek
barbara babs basia
benjamin ben benji benny
catherine katherine kathryn kate katie cathy kathy kitty kasia katarzyna
charles charlie chas chuck
charlotte charlie lottie lotte
christopher chris kit krzysztof
daniel dan danny
david dave davey dawid
dorothy dot dottie
edward ed eddie ted teddy ned
eleanor ellie nell nora elinor
elizabeth liz lizzie beth betty eliza elsie libby bess elzbieta ela
emily em emmy
fatima fatimah fatma
florence flo flossie
frances fran frankie
francis frank frankie franek
frederick fred freddie
gabriel gabe
george georgie
georgina georgie gina
grzegorz gregory greg
harold harry hal
henry harry hal
hannah hanna hana
hussain hussein husain hossain
isabella isabelle isabel bella izzy ella izabela
jack jackie john
jacob jake kuba jakub
james jim jimmy jamie
janet jan
jennifer jen jenny
jessica jess jessie
john johnny jon jan
jonathan jon jonny
joseph joe joey jozef
joshua josh
khadija khadijah
lawrence larry laurie
leonard len lenny leo
lily lilly lillian lilian
lucas luke lukasz
malgorzata margaret gosia
margaret maggie meg peggy daisy greta
maria mary marie mariam maryam
martha marta
matthew matt mateusz
maximilian max
michael mick mike mickey michal
mohammed muhammad mohammad mohamed muhammed mohamad mohd md
natalie nat
natasha tasha
nicholas nick nicky mikolaj
nicola nicky nikki
nur noor nour
oliver ollie olly
olivia liv livvy
oskar oscar
patricia pat trish tricia
patrick pat paddy patryk
peter pete piotr
philip phil phillip
rebecca becky becca
richard rick dick ricky
robert rob bob bobby robbie bert
ronald ron ronnie
samantha sam sammy
samuel sam sammy
sarah sara sally
sophia sophie sofia zofia zosia
stephen steve steven szczepan
susan sue suzie susie zuzanna
teresa tess theresa terry
thomas tom tommy tomasz tomek
timothy tim
victoria vicky tori wiktoria
vincent vince
william will bill billy liam wills
yasmin jasmine jasmin yasmine
yusuf yousef yousuf youssef joseph
zachary zac zack zach
zainab zaynab zeinab
zoe zoey
`
  .trim()
  .split('\n')
  .map((line) => line.split(' '))

const familiesOf = new Map<string, Set<number>>()
families.forEach((names, index) => {
  for (const name of names) familiesOf.set(name, (familiesOf.get(name) ?? new Set<number>()).add(index))
})

const mohammedFamily = new Set(familiesMembers('mohammed'))

/** Naming elements so widely shared that alone they identify nobody: down-weighted, never dropped. */
const structural = new Set([...mohammedFamily, ...'syed sayed singh kaur begum bibi khatun khan kumar miah'.split(' ')])

/** Says whether a name token is one that millions share by custom rather than by kinship (Mohammed, Kaur, Begum …). */
export function isStructural(token: string): boolean {
  return structural.has(token)
}

/** One spelling for the Mohammed family, everything else unchanged. */
export function canonicalToken(token: string): string {
  return mohammedFamily.has(token) ? 'mohammed' : token
}

/** Says whether two different given-name tokens are forms of one name: a known pair, or the same transliteration. */
export function areVariants(left: string, right: string): boolean {
  if (left === right) return false
  const rights = familiesOf.get(right)
  const shared = [...(familiesOf.get(left) ?? [])].some((family) => rights?.has(family))
  return shared || (left.length >= 4 && right.length >= 4 && skeletonOf(left) === skeletonOf(right))
}

/** What stays of a transliterated name when the spellings that vary from clerk to clerk are folded. */
export function skeletonOf(token: string): string {
  return token
    .replace(/ph/g, 'f')
    .replace(/dh/g, 'd')
    .replace(/q/g, 'k')
    .replace(/ou|oo/g, 'u')
    .replace(/ee|y/g, 'i')
    .replace(/(.)\1+/g, '$1')
    .replace(/(ah|eh|a)$/, 'a')
}

/** A surname without the endings that change with the bearer's sex or marriage in Polish, Czech, Slovak and Lithuanian. */
export function foldSurname(token: string): string {
  return token
    .replace(/(s|c|dz)ka$/, '$1ki')
    .replace(/ova$/, '')
    .replace(/(aite|yte|iene)$/, 'as')
}

function familiesMembers(name: string): readonly string[] {
  return families.find((names) => names[0] === name) ?? []
}
