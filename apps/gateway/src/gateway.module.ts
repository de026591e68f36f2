import { Module, type DynamicModule } from '@nestjs/common'
import { federation, type FederationParts } from './federation/federation.module.js'

/** The gateway's Nest side; its door stands before it. */
@Module({})
export class GatewayModule {
  static over(parts: FederationParts): DynamicModule {
    return { module: GatewayModule, imports: [federation(parts)] }
  }
}
