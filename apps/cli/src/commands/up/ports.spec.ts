import { describe, expect, it } from '@jest/globals'
import { choosePorts } from './ports.js'

describe('the ports of a hub that asks for free ones', () => {
  it('are all different, and none that an outgoing connection may be lent while a program is away', async () => {
    const ports = Object.values(await choosePorts({ free: true, offset: 0 }))
    expect(ports.length).toBeGreaterThan(10)
    expect(new Set(ports).size).toBe(ports.length)
    for (const port of ports) expect(port < 32_768 && port >= 20_000).toBe(true)
  })
})
