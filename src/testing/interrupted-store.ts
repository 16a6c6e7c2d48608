import type { Statement } from '../store/statement.ts'
import type { Store, Tx } from '../store/store.ts'

/**
 * A store in whose transactions something happens once, just before this statement is executed: what another node commits between
 * the look of a command and its lock. For PostgreSQL, where transactions run beside each other.
 */
export function interrupted<P, R>(store: Store, before: Statement<P, R>, meanwhile: () => Promise<unknown>): Store {
  let isOver = false
  const interrupt = async (statement: unknown) => {
    if (isOver || statement !== before) return
    isOver = true
    await meanwhile()
  }
  const through = <T>(fn: (tx: Tx) => Promise<T>) => {
    return (tx: Tx) => fn(interruptedTx(tx, interrupt))
  }
  return Object.assign(Object.create(store) as Store, {
    transact: <T>(fn: (tx: Tx) => Promise<T>) => store.transact(through(fn)),
    intake: <T>(fn: (tx: Tx) => Promise<T>) => store.intake(through(fn)),
  })
}

/** Statements that were issued together are executed in their order still. */
function interruptedTx(tx: Tx, interrupt: (statement: unknown) => Promise<void>): Tx {
  let turn = Promise.resolve()
  const inTurn = <R>(statement: unknown, execute: () => Promise<R>): Promise<R> => {
    turn = turn.then(() => interrupt(statement))
    return turn.then(execute)
  }
  return {
    dialect: tx.dialect,
    all: (statement, parameters) => inTurn(statement, () => tx.all(statement, parameters)),
    get: (statement, parameters) => inTurn(statement, () => tx.get(statement, parameters)),
    run: (statement, parameters) => inTurn(statement, () => tx.run(statement, parameters)),
    insert: (table, rows, onConflict) => inTurn(table, () => tx.insert(table, rows, onConflict)),
    update: (table, by, set, rows) => inTurn(table, () => tx.update(table, by, set, rows)),
  }
}
