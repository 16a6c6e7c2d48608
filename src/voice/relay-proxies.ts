import type { WebSocket } from 'ws'
import type { Work } from '../kernel/work.ts'
import type { VoicePorts } from './ports.ts'
import { type ProxiedSession, RelayProxy } from './relay-proxy.ts'

/** The relay sessions of the real network that pass through this process. */
export class RelayProxies implements Work {
  readonly name = 'relay-proxies'
  readonly #ports: VoicePorts
  readonly #live = new Set<RelayProxy>()

  constructor(ports: VoicePorts) {
    this.#ports = ports
  }

  begin(carrier: WebSocket, session: ProxiedSession): void {
    this.#live.add(new RelayProxy(carrier, session, this.#ports))
  }

  async tick(now: number): Promise<number> {
    let passed = 0
    for (const proxy of [...this.#live]) {
      const due = proxy.dueAt()
      if (due !== null && due <= now) {
        await proxy.pass()
        passed += 1
      }
      if (proxy.isDone) this.#live.delete(proxy)
    }
    return passed
  }

  async nextDueAt(): Promise<number | null> {
    const isVirtual = this.#ports.clock.mode === 'virtual'
    let least: number | null = null
    for (const proxy of this.#live) {
      if (isVirtual && proxy.isBusy) return 0
      const due = proxy.dueAt()
      if (due !== null && (least === null || due < least)) least = due
    }
    return least
  }

  async stop(): Promise<void> {
    await Promise.all([...this.#live].map((proxy) => proxy.stop()))
  }
}
