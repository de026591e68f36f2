import { Module, type DynamicModule } from '@nestjs/common'
import { postgres } from '#libs/postgres'
import type { AuthConfig } from './auth.config.js'

/** The authorization server has no controllers: its library answers at the door. */
@Module({})
export class AuthModule {
  static with({ DATABASE_URL }: AuthConfig): DynamicModule {
    return { module: AuthModule, imports: [postgres({ url: DATABASE_URL, applicationName: 'waymark-auth' })] }
  }
}
