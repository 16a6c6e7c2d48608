import type { Epochs } from '../accounts/epochs.ts'
import type { Reader } from '../store/store.ts'
import { serviceCount } from './service-rows.ts'

/** Accounts that are remembered. */
const mostKnown = 10_000

/** Which accounts have classic services at all, as good as their epoch: of the others nobody has to ask more. */
export class Presence {
  readonly #read: Reader
  readonly #epochs: Epochs
  readonly #known = new Map<number, { epoch: number; present: boolean }>()

  constructor(read: Reader, epochs: Epochs) {
    this.#read = read
    this.#epochs = epochs
  }

  async of(account: number): Promise<boolean> {
    // Before the services are counted: what changes between the two is then known under an epoch that is over.
    const epoch = await this.#epochs.current(account)
    const known = this.#known.get(account)
    if (known?.epoch === epoch) return known.present
    const present = ((await this.#read.get(serviceCount, { account }))?.n ?? 0) > 0
    if (this.#known.size >= mostKnown) this.#known.clear()
    this.#known.set(account, { epoch, present })
    return present
  }
}
