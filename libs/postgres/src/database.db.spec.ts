import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { Module } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import type { MigrationInterface, QueryRunner } from 'typeorm'
import { emptyDatabase, type TestDatabase } from '#libs/testing'
import { addToOutbox, outboxTables, type OutboxMessage } from './outbox.js'
import { connect, postgres } from './postgres.module.js'
import { Database } from './database.js'
import { inboxTables } from './inbox.js'
import { newId } from './new-id.js'
import { prepareDatabase } from './prepare-database.js'
import { programRole } from './roles.js'
import { runMigrations } from './run-migrations.js'

class CreateNote1700000000000 implements MigrationInterface {
  name = 'CreateNote1700000000000'
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('create table identity.note (id uuid primary key, text text not null)')
    await runner.query('grant select, insert on identity.note to waymark_identity')
    for (const statement of outboxTables('identity', programRole('identity'))) await runner.query(statement)
    for (const statement of inboxTables('identity', programRole('identity'))) await runner.query(statement)
  }
  async down(): Promise<void> {
    // never undone
  }
}

class BreakHalfWay1700000000001 implements MigrationInterface {
  name = 'BreakHalfWay1700000000001'
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('create table identity.half (id int)')
    await runner.query('select 1/0')
  }
  async down(): Promise<void> {
    // never undone
  }
}

describe('a database', () => {
  let files: TestDatabase
  let admin: Database
  let database: Database

  beforeAll(async () => {
    files = await emptyDatabase()
    const migrations = { url: files.adminUrl, schema: 'identity', migrations: [CreateNote1700000000000] }
    await Promise.all([runMigrations(migrations), runMigrations(migrations)]) // two starts at once
    admin = await Database.open({ url: files.adminUrl, poolSize: 2 })
    database = await Database.open({ url: files.urlOf('identity'), poolSize: 3 })
  })

  afterAll(async () => {
    await Promise.all([database.close(), admin.close()])
    await files.drop()
  })

  const notes = async (text: string) => (await admin.query('select from identity.note where text = $1', [text])).length
  const insert = 'insert into identity.note values ($1, $2)'

  it('runs each migration once, in its own schema, though two programs migrate at once', async () => {
    expect(await admin.query('select name from identity.migration')).toEqual([{ name: 'CreateNote1700000000000' }])
  })

  it('leaves nothing of a migration that fails, and tells its error', async () => {
    const broken = {
      url: files.adminUrl,
      schema: 'identity',
      migrations: [CreateNote1700000000000, BreakHalfWay1700000000001],
    }
    await expect(runMigrations(broken)).rejects.toThrow('division by zero')
    expect(await admin.query("select to_regclass('identity.half')::text as half")).toEqual([{ half: null }])
  })

  it('commits what its transaction did, read committed and flushed', async () => {
    const settings = await database.transaction(async (tx) => {
      await tx.query(insert, [newId(), 'committed'])
      return tx.query("select current_setting('synchronous_commit') s, current_setting('transaction_isolation') i")
    })
    expect(settings).toEqual([{ s: 'on', i: 'read committed' }])
    expect(await notes('committed')).toBe(1)
  })

  it('rolls back what its transaction did before it threw, and keeps the connection', async () => {
    const attempt = database.transaction(async (tx) => {
      await tx.query(insert, [newId(), 'thrown'])
      throw new Error('the caller changed its mind')
    })
    await expect(attempt).rejects.toThrow('the caller changed its mind')
    expect(await notes('thrown')).toBe(0)
    expect(await database.query('select 1 as one')).toEqual([{ one: 1 }])
  })

  it('does not take for committed what PostgreSQL rolled back because a failed statement was swallowed', async () => {
    const attempt = database.transaction(async (tx) => {
      await tx.query(insert, [newId(), 'swallowed'])
      await tx.query('select 1/0').catch(() => undefined)
    })
    await expect(attempt).rejects.toThrow('rolled back')
    expect(await notes('swallowed')).toBe(0)
  })

  it('runs what was begun together in the order in which it was begun', async () => {
    const seen = await database.transaction((tx) =>
      Promise.all([
        tx.query(insert, [newId(), 'together']),
        tx.query<{ n: string }>(`select count(*) as n from identity.note where text = 'together'`),
      ]),
    )
    expect(seen[1]).toEqual([{ n: '1' }])
  })

  it('commits with its last statement, and fails as that does where nobody waited for it', async () => {
    const id = newId()
    await database.transaction((tx) => Promise.resolve(void tx.query(insert, [id, 'last'])))
    expect(await notes('last')).toBe(1)
    const again = database.transaction(async (tx) => {
      await tx.query(insert, [newId(), 'with it'])
      tx.query(insert, [id, 'twice']).catch(() => undefined)
    })
    await expect(again).rejects.toMatchObject({ code: '23505' })
    expect(await notes('with it')).toBe(0)
  })

  it('tells of a failure whoever waits for what was sent behind it', async () => {
    const attempt = database.transaction(async (tx) => {
      const first = tx.query('select 1/0')
      first.catch(() => undefined)
      await tx.query(insert, [newId(), 'behind'])
    })
    await expect(attempt).rejects.toThrow('division by zero')
    expect(await notes('behind')).toBe(0)
  })

  it('fails with the code of a statement that nobody waited for, and keeps nothing', async () => {
    const id = newId()
    const attempt = database.transaction(async (tx) => {
      void tx.query(insert, [id, 'early'])
      void tx.query(insert, [id, 'early'])
      await new Promise((resolve) => setTimeout(resolve, 20))
    })
    await expect(attempt).rejects.toMatchObject({ code: '23505', constraint: 'note_pkey' })
    expect(await notes('early')).toBe(0)
  })

  it('prepares a long statement anew after one of the same text was refused unread', async () => {
    const long = `${insert} returning id, text, '${'x'.repeat(120)}' as filling`
    const attempt = database.transaction(async (tx) => {
      void tx.query('select 1/0')
      await Promise.all([tx.query(long, [newId(), 'refused']), tx.query(long, [newId(), 'refused'])])
    })
    await expect(attempt).rejects.toMatchObject({ code: '22012' })
    const rows = await Promise.all(Array.from({ length: 6 }, () => database.query(long, [newId(), 'prepared'])))
    expect(rows.flat()).toHaveLength(6)
  })

  it('hears what other transactions announce once they have committed', async () => {
    const heard: string[] = []
    let tell: () => void = () => undefined
    const stop = database.listen('spec_channel', (text) => {
      heard.push(text)
      tell()
    })
    await new Promise<void>((resolve) => (tell = resolve)) // connected
    const announced = new Promise<void>((resolve) => (tell = resolve))
    await admin.transaction((tx) => tx.query("select pg_notify('spec_channel', 'where it stands')"))
    await announced
    await stop()
    expect(heard).toEqual(['', 'where it stands'])
  })

  it('refuses statements of a transaction that is over, so that none lands in another', async () => {
    const kept = await database.transaction((tx) => Promise.resolve(tx))
    await expect(kept.query('select 1')).rejects.toThrow('over')
  })

  it('survives the loss of a connection in the middle of a transaction', async () => {
    const attempt = database.transaction(async (tx) => {
      const [row] = await tx.query<{ pid: number }>('select pg_backend_pid() as pid')
      await admin.query('select pg_terminate_backend($1, 2000)', [row?.pid])
      await tx.query(insert, [newId(), 'lost'])
    })
    await expect(attempt).rejects.toThrow()
    expect(await notes('lost')).toBe(0)
    const again = await Promise.all(Array.from({ length: 6 }, () => database.query('select 1 as one')))
    expect(again.flat()).toEqual(Array.from({ length: 6 }, () => ({ one: 1 })))
  })

  it('keeps the order, bytes and headers of messages added to the outbox', async () => {
    const messages: OutboxMessage[] = Array.from({ length: 50 }, (_, at) => ({
      topic: 'waymark.identity-changes.v1',
      partition: at % 24,
      key: Buffer.from([at, 0, 255, 34, 92, 123]),
      eventId: newId(),
      headers: { seq: String(at), odd: `a "quoted", {braced} \\ back-slash and é ${String(at)}` },
      value: Buffer.from(`value ${String(at)}`),
      shard: at % 4,
    }))
    await database.transaction((tx) => addToOutbox(tx, 'identity', messages))
    const rows = await database.query(
      `select topic, part as partition, key, event_id as "eventId", headers, value, shard from identity.outbox order by pos`,
    )
    expect(rows).toEqual(messages)
    await addToOutbox(database, 'identity', [])
  })

  it('gives a service its own tables and no other right', async () => {
    const refused = [
      'delete from identity.note',
      'truncate identity.note',
      "update identity.outbox set value = ''",
      'create table identity.mine (id int)',
      'create table public.mine (id int)',
      'select * from keys.data_key',
      'delete from identity.inbox',
    ]
    for (const statement of refused) await expect(database.query(statement)).rejects.toMatchObject({ code: '42501' })
  })

  it('refuses a service role that could pass row-level security', async () => {
    await admin.query('alter role waymark_gateway bypassrls')
    const password = new URL(files.urlOf('gateway')).password
    await expect(prepareDatabase(files.adminUrl, { password })).rejects.toThrow('waymark_gateway')
    await admin.query('alter role waymark_gateway nobypassrls')
    await prepareDatabase(files.adminUrl, { password })
  })
})

describe('data keys', () => {
  let files: TestDatabase
  let database: Database

  beforeAll(async () => {
    files = await emptyDatabase()
    database = await Database.open({ url: files.urlOf('exchange'), poolSize: 8 })
  })

  afterAll(async () => {
    await database.close()
    await files.drop()
  })

  const claim = (subject: string, wrapped: string) =>
    database.query<{ id: string; wrapped: Buffer | null }>('select * from keys.claim($1, $2, $3, $4)', [
      subject,
      'content',
      newId(),
      Buffer.from(wrapped),
    ])

  it('give all of several racing callers the one key that stands', async () => {
    const found = await Promise.all(Array.from({ length: 8 }, (_, at) => claim('child:race', `key ${String(at)}`)))
    expect(new Set(found.map(([key]) => `${String(key?.id)} ${String(key?.wrapped)}`)).size).toBe(1)
  })

  it('are found by their id, with what they are for', async () => {
    const [key] = await claim('agency:larkhill-primary', 'wrapped')
    expect(await database.query('select * from keys.find($1)', [key?.id])).toEqual([
      { subject: 'agency:larkhill-primary', class: 'content', wrapped: Buffer.from('wrapped') },
    ])
  })

  it('stay destroyed: a later claim makes no new one', async () => {
    await claim('child:erased', 'first')
    const admin = await Database.open({ url: files.adminUrl, poolSize: 1 })
    await admin.query("update keys.data_key set wrapped = null, destroyed_at = now() where subject = 'child:erased'")
    await admin.close()
    expect(await claim('child:erased', 'second')).toMatchObject([{ wrapped: null }])
  })
})

describe('the Nest module', () => {
  it('builds without a database, and connects when told', async () => {
    const files = await emptyDatabase()
    @Module({ imports: [postgres({ url: files.urlOf('audit') })] })
    class Program {}
    const app = await NestFactory.createApplicationContext(Program, { logger: false })
    await expect(app.get(Database).query('select 1')).rejects.toThrow('connect(app)')
    await connect(app)
    expect(await app.get(Database).query('select current_user as who')).toEqual([{ who: 'waymark_audit' }])
    await app.close()
    await files.drop()
  })
})
