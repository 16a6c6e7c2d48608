import type { Log } from '../kernel/log.ts'

/**
 * Everything that happens to a call happens in order, one after the other. What takes long, such as a document or a socket
 * of the application, is waited for beside that order; business time that stands still waits for both.
 */
export class CallOrder {
  readonly #log: Log
  readonly #callSid: string
  readonly #wake: () => void
  #tail: Promise<void> = Promise.resolve()
  #busy = 0

  constructor(log: Log, callSid: string, wake: () => void) {
    this.#log = log
    this.#callSid = callSid
    this.#wake = wake
  }

  get isBusy(): boolean {
    return this.#busy > 0
  }

  /** Resolves when it has been done, or has gone wrong, which is logged. */
  inOrder(work: () => Promise<void>): Promise<void> {
    this.#tail = this.#held(this.#tail.then(work))
    return this.#tail
  }

  beside(work: Promise<void>): void {
    void this.#held(work)
  }

  #held(work: Promise<void>): Promise<void> {
    this.#busy += 1
    return work
      .catch((error: unknown) => this.#log.error({ err: error, call: this.#callSid }, 'a call went wrong'))
      .finally(() => {
        this.#busy -= 1
        this.#wake()
      })
  }
}
