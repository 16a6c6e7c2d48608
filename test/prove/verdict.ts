import { isDeepStrictEqual } from 'node:util'

/** What a proof has found so far. */
export class Verdict {
  readonly failures: string[] = []
  #passed = 0
  readonly #say: (line: string) => void

  constructor(say: (line: string) => void) {
    this.#say = say
  }

  get passed(): number {
    return this.#passed
  }

  say(line: string): void {
    this.#say(line)
  }

  check(holds: boolean, claim: string, detail: () => unknown = () => ''): void {
    if (holds) this.#passed += 1
    else this.#fail(`${claim}: ${describe(detail())}`)
  }

  equal(actual: unknown, expected: unknown, claim: string): void {
    this.check(isDeepStrictEqual(actual, expected), claim, () => ({ actual, expected }))
  }

  /** Holds when the list of exceptions is empty; a few of them are told. */
  none(exceptions: readonly unknown[], claim: string): void {
    this.check(exceptions.length === 0, claim, () => ({ count: exceptions.length, first: exceptions.slice(0, 3) }))
  }

  #fail(text: string): void {
    this.failures.push(text)
    // One broken thing can break thousands of checks.
    if (this.failures.length <= 50) this.#say(`  ✖ ${text}`)
  }
}

function describe(detail: unknown): string {
  return (typeof detail === 'string' ? detail : JSON.stringify(detail)).slice(0, 2000)
}
