import type { Type } from '@nestjs/common'
import { build } from './build.js'

/**
 * The OpenAPI 3.1 document of a program's public REST paths, as JSON text. Needs neither database nor broker.
 *
 * @param title - what the paths are for, in a few words
 */
export async function printOpenApi(module: Type, title: string): Promise<string> {
  const { DocumentBuilder, SwaggerModule } = await import('@nestjs/swagger') // programs that only run have no use for it
  const app = await build(module)
  await app.init()
  const outline = new DocumentBuilder()
    .setTitle(title)
    .setVersion('1')
    .setOpenAPIVersion('3.1.0')
    .addServer('https://api.waymark.example')
    .addSecurity('dpop', { type: 'http', scheme: 'DPoP' })
    .build()
  const document = SwaggerModule.createDocument(app, outline)
  await app.close()
  const paths = Object.fromEntries(Object.entries(document.paths).filter(([path]) => !path.startsWith('/internal/')))
  return `${JSON.stringify({ ...document, paths }, null, 2)}\n`
}
