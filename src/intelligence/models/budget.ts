import type { Engine, OperatorTask, Outcome } from '../engine.ts'

export interface BudgetOptions {
  engine: Engine
  tokensPerDay: number
  /** What an account has used of today, by business time. */
  usedToday: (account: number) => Promise<number>
}

/** Asks the model no more when an account has used up its tokens of the day. What is under way then is ended. */
export class BudgetedEngine implements Engine {
  readonly #options: BudgetOptions

  constructor(options: BudgetOptions) {
    this.#options = options
  }

  async run(task: OperatorTask): Promise<Outcome> {
    const { engine, tokensPerDay, usedToday } = this.#options
    if ((await usedToday(task.account)) < tokensPerDay) return engine.run(task)
    return { failure: `The account has used up the ${tokensPerDay} tokens that it may spend on models today.` }
  }

  stop(): void {
    this.#options.engine.stop?.()
  }
}
