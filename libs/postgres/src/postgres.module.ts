import { Module, type DynamicModule, type INestApplicationContext, type OnApplicationShutdown } from '@nestjs/common'
import { Database, type DatabaseOptions } from './database.js'

/** Closes the pool after everything that uses it. */
@Module({})
class PostgresModule implements OnApplicationShutdown {
  constructor(private readonly database: Database) {}

  async onApplicationShutdown(): Promise<void> {
    await this.database.close()
  }
}

/**
 * The Nest module (global) that provides {@link Database}.
 *
 * It does not connect: printing a schema needs no database. {@link connect} does, before the program listens.
 * The pool closes when the application closes.
 */
export function postgres(options: DatabaseOptions): DynamicModule {
  return {
    module: PostgresModule,
    global: true,
    providers: [{ provide: Database, useFactory: () => new Database(options) }],
    exports: [Database],
  }
}

/**
 * Opens the pool of an application that imports {@link postgres}.
 *
 * @throws what `pg` throws when the server does not answer or refuses the role
 */
export async function connect(app: INestApplicationContext): Promise<void> {
  await app.get(Database).connect()
}
