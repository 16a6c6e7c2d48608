import type pg from 'pg'
import type { Log } from '../kernel/log.ts'

/** How long there is between two looks at least, in wall time. */
const everyMs = 2_000
/** Fewer rows are read quickly by whatever plan. */
const leastRows = 1_000

const grown = `
  select format('%I.%I', s.schemaname, s.relname) as name
  from pg_stat_user_tables s join pg_class c on c.oid = s.relid
  where s.schemaname = current_schema() and s.n_mod_since_analyze >= ${leastRows}
    and s.n_mod_since_analyze > greatest(c.reltuples, 0)`

/**
 * Has PostgreSQL count what is in a table that has doubled since it last did. Its own worker comes by once a minute; a table that
 * is filled before that counts as empty, and of two indexes that begin alike the wrong one is read from end to end.
 */
export class PostgresStatistics {
  readonly #pool: pg.Pool
  readonly #log: Log
  #lookedAt: number
  #looking: Promise<void> | undefined

  constructor(pool: pg.Pool, log: Log, now: number) {
    this.#pool = pool
    this.#log = log
    this.#lookedAt = now
  }

  /** Called after each commit; looks in the background when it is time to. */
  afterCommit(now: number): void {
    if (this.#looking || now - this.#lookedAt < everyMs) return
    this.#lookedAt = now
    this.#looking = this.look().finally(() => {
      this.#looking = undefined
    })
  }

  async look(): Promise<void> {
    try {
      const { rows } = await this.#pool.query<{ name: string }>(grown)
      for (const { name } of rows) await this.#pool.query(`analyze ${name}`)
    } catch (err) {
      this.#log.debug({ err }, 'the statistics of PostgreSQL were left as they are')
    }
  }

  /** Resolves when nothing is under way. */
  async idle(): Promise<void> {
    await this.#looking
  }
}
