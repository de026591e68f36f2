import { Module, type DynamicModule, type INestApplicationContext } from '@nestjs/common'
import { TypeOrmModule } from '@nestjs/typeorm'
import { DataSource } from 'typeorm'
import { Database, dataSourceOptions, type DatabaseOptions } from './database.js'

@Module({})
class PostgresModule {}

/**
 * The Nest module (global) that provides {@link Database} and TypeORM's DataSource.
 *
 * It does not connect: printing a schema needs no database. {@link connect} does, before the program listens.
 * Entities may also be added by `TypeOrmModule.forFeature`. The pool closes when the application closes.
 */
export function postgres(options: DatabaseOptions): DynamicModule {
  return {
    module: PostgresModule,
    global: true,
    imports: [
      TypeOrmModule.forRoot({ ...dataSourceOptions(options), autoLoadEntities: true, manualInitialization: true }),
    ],
    providers: [{ provide: Database, inject: [DataSource], useFactory: (source: DataSource) => new Database(source) }],
    exports: [Database, TypeOrmModule],
  }
}

/**
 * Opens the pool of an application that imports {@link postgres}.
 *
 * @throws what `pg` throws when the server does not answer or refuses the role
 */
export async function connect(app: INestApplicationContext): Promise<void> {
  const source = app.get(DataSource)
  if (!source.isInitialized) await source.initialize()
}
