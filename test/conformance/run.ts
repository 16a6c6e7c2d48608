import type { Case } from './case.ts'
import { cases } from './cases/all.ts'
import { commonTables } from './common-tables.ts'
import { conversationTables } from './conversation-tables.ts'
import { Description } from './description.ts'
import { expectedSightings } from './fields.ts'
import { intelligenceTables } from './intelligence-tables.ts'
import { memoryTables } from './memory-tables.ts'
import { nameOf, operations } from './operations.ts'
import type { Exchange } from './recorder.ts'
import { startServer } from './server.ts'
import { Session } from './session.ts'

export interface Outcome {
  /** Undefined for what has to hold of several operations together. */
  operation: string | undefined
  name: string
  /** Undefined when it held. */
  problem: string | undefined
}

/**
 * Starts a server, on SQLite unless `database` names another, drives it through all cases by the official client, and
 * tells what held. Business time is virtual, so that clocks are tested without waiting; limits on what an account may
 * have are raised, as all cases share one. The run on SQLite is also the one of the cases with servers of their own.
 */
export async function runConformance(database?: string): Promise<Outcome[]> {
  const server = await startServer({
    SKEIN_CLOCK: 'virtual',
    SKEIN_LIMIT_CONFIGURATIONS: '1000',
    SKEIN_LIMIT_MEMORY_STORES: '1000',
    SKEIN_TRUSTED_PROXIES: '127.0.0.1',
    ...(database === undefined ? {} : { SKEIN_DATABASE: database }),
  })
  try {
    const session = new Session(server)
    session.seesWaiting = database !== undefined
    const description = await Description.of(server.url)
    const outcomes: Outcome[] = []
    const told = database === undefined ? cases : cases.filter(({ apart }) => !apart)
    for (const one of told) outcomes.push(await outcomeOf(one, session, description))
    return [...outcomes, ...coverage(session, description)]
  } finally {
    await server.stop()
  }
}

/** Each answer that a case gets is also judged by the server's own description. */
async function outcomeOf({ operation, name, run }: Case, session: Session, description: Description): Promise<Outcome> {
  const before = session.recorder.exchanges.length
  try {
    await run(session)
    const undescribed = session.recorder.exchanges.slice(before).flatMap((one) => description.problemsOf(one))
    return { operation, name, problem: undescribed.length > 0 ? undescribed.join('\n') : undefined }
  } catch (error) {
    return { operation, name, problem: error instanceof Error ? error.message : String(error) }
  }
}

/**
 * What the cases left out: an operation that the official client never called with success or never saw refused, and a
 * field that was not met in each of its forms. A suite that checks less than it says would pass too easily.
 */
function coverage(session: Session, description: Description): Outcome[] {
  const called = operations.map((operation): Outcome => {
    const own = session.recorder.exchanges.filter(
      ({ sender, method, path }) =>
        sender === 'client' && method === operation.method && description.templateOf(method, path) === operation.path,
    )
    const missing = [
      ...(own.some(({ status }) => status === operation.status) ? [] : [`a ${operation.status}`]),
      ...(own.some(isRefusal) ? [] : ['a refusal']),
    ]
    return {
      operation: nameOf(operation),
      name: 'is called with success and refused',
      problem: missing.length > 0 ? `the official client never got ${missing.join(' and ')}` : undefined,
    }
  })
  const expected = [...commonTables, ...conversationTables, ...memoryTables, ...intelligenceTables].flatMap(
    expectedSightings,
  )
  const owed = session.seesWaiting ? expected : expected.filter((sighting) => !onlyWhileWaiting.has(sighting))
  const missed = owed.filter((sighting) => !session.inspection.seen.has(sighting))
  const problem = missed.length > 0 ? `never met: ${missed.join('; ')}` : undefined
  return [
    ...called,
    { operation: undefined, name: 'Every field of every answer is met in each form that it has', problem },
  ]
}

/** Forms that an operation has until it ends. */
const onlyWhileWaiting: ReadonlySet<string> = new Set([
  'Operation on a configuration.completedAt null',
  'Operation on a configuration.result absent',
  'Operation on a conversation.completedAt null',
  'Operation on a conversation.result absent',
  'Memory operation.completedAt null',
])

/** For what the request asks, not for who asks. */
function isRefusal({ status }: Exchange): boolean {
  return status >= 400 && status !== 401
}
