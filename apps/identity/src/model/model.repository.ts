import { Injectable } from '@nestjs/common'
import { modelHash, type Model } from '#libs/matching'
import { Database, type Sql } from '#libs/postgres'
import type { ModelOnFile, ModelStatus } from './model.js'

/** A decision of the active model that another would have made otherwise. */
export interface Flip {
  readonly decisionId: string
  readonly outcome: string
  readonly shadowOutcome: string
  /** The class that the active model held likeliest. */
  readonly likeliest: string
  readonly source: string
  /** The child compared with; its newest source is told, never the child. */
  readonly childId: string | undefined
  readonly nameOrigin: string
}

/** How often a kind of decision would flip. */
interface FlipCount {
  readonly outcome: string
  readonly shadowOutcome: string
  readonly likeliest: string
  readonly source: string
  readonly otherSource: string
  readonly nameOrigin: string
  readonly count: number
}

/** A model on file and what it did as a shadow. */
export interface ModelReport extends ModelOnFile {
  readonly madeAt: Date
  readonly activatedAt?: Date
  readonly shadowed: number
  readonly flips: readonly FlipCount[]
  /** What says nothing, and how many surnames were written at it. */
  readonly genericValues: readonly GenericCount[]
  readonly calibrations: readonly CalibrationCount[]
  /** Forms of one name that it was given. */
  readonly nameVariants: readonly VariantTold[]
}

/** How a model's probabilities came out where stewards decided blindly. */
interface CalibrationCount {
  /** Two agencies, or `all`. */
  readonly sources: string
  readonly pairs: number
  readonly ece: number
  readonly brier: number
  readonly calibratedEce: number
  readonly calibratedBrier: number
}

/** Two names that a model takes for forms of one. */
interface VariantTold {
  readonly part: string
  readonly names: readonly string[]
}

/** A value that stands for an institution. */
interface GenericCount {
  readonly kind: string
  readonly surnames: number
}

interface Row {
  readonly hash: string
  readonly name: string
  readonly normaliser: string
  readonly status: ModelStatus
  readonly proposed_by: string | null
  readonly made_at: Date
  readonly activated_at: Date | null
  readonly shadowed: string
  readonly flips: readonly FlipCount[] | null
  readonly generic: readonly GenericCount[] | null
  readonly calibrations: readonly CalibrationCount[] | null
  readonly variants: readonly VariantTold[] | null
}

const reports = `
select m.hash, m.name, m.normaliser, m.status, m.proposed_by, m.made_at, m.activated_at,
       (select json_agg(g.value) from (select value from jsonb_each(m.parameters -> 'generic')
                                        order by (value ->> 'surnames')::integer desc, key limit 200) g) as generic,
       (select json_agg(json_build_object('sources', c.key, 'pairs', c.value -> 'pairs',
                                          'ece', c.value -> 'before' -> 'ece', 'brier', c.value -> 'before' -> 'brier',
                                          'calibratedEce', c.value -> 'after' -> 'ece',
                                          'calibratedBrier', c.value -> 'after' -> 'brier') order by c.key <> 'all', c.key)
          from jsonb_each(m.parameters -> 'calibration') c) as calibrations,
       (select json_agg(json_build_object('part', v.part, 'names', v.names)) from (
          select p.key as part, n.value as names
            from jsonb_each(m.parameters -> 'variants') p cross join lateral jsonb_array_elements(p.value) n
           order by n.value, p.key limit 500) v) as variants,
       (select coalesce(sum(s.decisions), 0) from identity.model_shadowed s where s.model_hash = m.hash) as shadowed,
       (select json_agg(f) from (
          select outcome, shadow_outcome as "shadowOutcome", likeliest, source, other_source as "otherSource",
                 name_origin as "nameOrigin", count(*)::integer as count
            from identity.model_flip where model_hash = m.hash group by 1, 2, 3, 4, 5, 6 order by 7 desc limit 200) f) as flips
  from identity.model m`

@Injectable()
export class ModelRepository {
  private readonly read = new Map<'active' | 'shadow', Model>()

  constructor(private readonly database: Database) {}

  /** How many records a model could be learned from, counted up to `most`. */
  async recordsOnFile(most: number): Promise<number> {
    const [row] = await this.database.query<{ n: number }>(
      `select count(*)::int as n from (
         select 1 from identity.record_version v join identity.link l on l.source_record_id = v.source_record_id and l.valid_to is null
          where not exists (select from identity.protection_v p where p.child_id = l.child_id) limit $1) found`,
      [most],
    )
    return row?.n ?? 0
  }

  /** The model that decides; on the first day the one of the code. */
  async active(first: Model): Promise<Model> {
    await this.database.query(
      `insert into identity.model (hash, name, normaliser, parameters, status, made_by, activated_at)
       select $1, $2, $3, $4::jsonb, 'active', 'waymark', now()
        where not exists (select 1 from identity.model where status = 'active') on conflict do nothing`,
      [modelHash(first), first.name, first.normaliser, JSON.stringify(first)],
    )
    return (await this.inState('active')) ?? first
  }

  shadow(): Promise<Model | undefined> {
    return this.inState('shadow')
  }

  async byHash(hash: string): Promise<Model | undefined> {
    const [row] = await this.database.query<{ hash: string; parameters: Model }>(
      'select hash, parameters from identity.model where hash = $1',
      [hash],
    )
    return row && whole(row)
  }

  async onFile(): Promise<readonly ModelReport[]> {
    return (await this.database.query<Row>(`${reports} order by m.made_at desc limit 50`)).map(reportFrom)
  }

  async report(hash: string): Promise<ModelReport | undefined> {
    const [row] = await this.database.query<Row>(`${reports} where m.hash = $1`, [hash])
    return row && reportFrom(row)
  }

  /** Puts a model on file that was made; one that is there already stays as it is. */
  async addDraft(model: Model, madeBy: string, sql: Sql = this.database): Promise<string> {
    const hash = modelHash(model)
    await sql.query(
      `insert into identity.model (hash, name, normaliser, parameters, status, made_by)
       values ($1, $2, $3, $4::jsonb, 'draft', $5) on conflict do nothing`,
      [hash, model.name, model.normaliser, JSON.stringify(model), madeBy],
    )
    return hash
  }

  /** Holds the model's row until the transaction ends. */
  async lock(tx: Sql, hash: string): Promise<ModelOnFile | undefined> {
    const [row] = await tx.query<Row>(
      'select hash, name, normaliser, status, proposed_by from identity.model where hash = $1 for update',
      [hash],
    )
    return row && onFileFrom(row)
  }

  /** Asks a draft beside the active model; the shadow before it is retired. */
  async makeShadow(tx: Sql, hash: string): Promise<void> {
    await tx.query(`update identity.model set status = 'retired', proposed_by = null where status = 'shadow'`)
    await tx.query(`update identity.model set status = 'shadow' where hash = $1`, [hash])
  }

  async propose(tx: Sql, hash: string, person: string): Promise<void> {
    await tx.query(
      'update identity.model set proposed_by = $2, proposed_at = now(), approved_by = null where hash = $1',
      [hash, person],
    )
  }

  /** Lets a model decide from now on; the other is one proposal away from coming back. */
  async activate(tx: Sql, hash: string, person: string): Promise<void> {
    await tx.query(
      `update identity.model set status = 'retired', proposed_by = null, approved_by = null where status = 'active'`,
    )
    await tx.query(
      `update identity.model set status = 'active', approved_by = $2, activated_at = now() where hash = $1`,
      [hash, person],
    )
  }

  /** Counts what a shadow was shown, and keeps what it would have decided otherwise. */
  async addFlips(hash: string, decisions: number, flips: readonly Flip[]): Promise<void> {
    await this.database.query(
      `insert into identity.model_shadowed (model_hash, hour, decisions) values ($1, date_trunc('hour', now()), $2)
       on conflict (model_hash, hour) do update set decisions = identity.model_shadowed.decisions + excluded.decisions`,
      [hash, decisions],
    )
    if (flips.length === 0) return
    await this.database.query(
      `insert into identity.model_flip (model_hash, decision_id, outcome, shadow_outcome, likeliest, source, name_origin, other_source)
       select $1, x.decision_id, x.outcome, x.shadow_outcome, x.likeliest, x.source, x.name_origin, coalesce(
                (select s.source from identity.link l join identity.source_record s on s.id = l.source_record_id
                  where l.child_id = x.child_id and l.valid_to is null order by l.valid_from desc limit 1), 'none')
         from unnest($2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::uuid[])
           as x (decision_id, outcome, shadow_outcome, likeliest, source, name_origin, child_id)
       on conflict do nothing`,
      [
        hash,
        flips.map(({ decisionId }) => decisionId),
        flips.map(({ outcome }) => outcome),
        flips.map(({ shadowOutcome }) => shadowOutcome),
        flips.map(({ likeliest }) => likeliest),
        flips.map(({ source }) => source),
        flips.map(({ nameOrigin }) => nameOrigin),
        flips.map(({ childId }) => childId ?? null),
      ],
    )
  }

  /** Read whole only when it is another than before: a model may hold all names of a country. */
  private async inState(status: 'active' | 'shadow'): Promise<Model | undefined> {
    const before = this.read.get(status)
    const [row] = await this.database.query<{ hash: string; parameters: Model | null }>(
      `select hash, case when hash is distinct from $2 then parameters end as parameters
         from identity.model where status = $1`,
      [status, before ? modelHash(before) : null],
    )
    if (!row) return undefined
    const { hash, parameters } = row
    const model = parameters === null ? before : whole({ hash, parameters })
    if (model) this.read.set(status, model)
    return model
  }
}

/** What a hash names must be what it was when it was decided upon. */
function whole({ hash, parameters }: { readonly hash: string; readonly parameters: Model }): Model {
  if (modelHash(parameters) !== hash) throw new Error('A model on file is not the one its hash names')
  return parameters
}

function onFileFrom({ hash, name, normaliser, status, proposed_by }: Row): ModelOnFile {
  return { hash, name, normaliser, status, ...(proposed_by !== null && { proposedBy: proposed_by }) }
}

function reportFrom(row: Row): ModelReport {
  return {
    ...onFileFrom(row),
    madeAt: row.made_at,
    ...(row.activated_at && { activatedAt: row.activated_at }),
    shadowed: Number(row.shadowed),
    flips: row.flips ?? [],
    genericValues: row.generic ?? [],
    calibrations: row.calibrations ?? [],
    nameVariants: row.variants ?? [],
  }
}
