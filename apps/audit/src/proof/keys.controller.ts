import { readFile } from 'node:fs/promises'
import { Controller, Get, Header, Inject } from '@nestjs/common'
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger'
import { auditConfig, type AuditConfig } from '../audit.config.js'

const jwks = {
  'application/json': {
    schema: { type: 'object', required: ['keys'], properties: { keys: { type: 'array', items: { type: 'object' } } } },
  },
}

/** The public keys of the receipts that every service signs. */
@ApiTags('Receipts')
@Controller('v1/keys')
export class KeysController {
  constructor(@Inject(auditConfig) private readonly config: AuditConfig) {}

  @Get()
  @ApiOperation({ summary: 'The keys that sign receipts, as a JWKS (RFC 7517); no token.', security: [] })
  @ApiOkResponse({ description: 'Current and retired public keys.', content: jwks })
  @Header('cache-control', 'public, max-age=60')
  async keys(): Promise<unknown> {
    return JSON.parse(await readFile(this.config.RECEIPT_KEYS, 'utf8')) as unknown
  }
}
