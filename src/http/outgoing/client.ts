import { Connection } from './connection.ts'
import { Exchange, type OutgoingOutcome, type OutgoingRequest } from './exchange.ts'
import { type Admission, canonicalAddress, createGuard, type GuardOptions } from './guard.ts'

export interface OutgoingOptions extends GuardOptions {
  /** Certificate authorities in place of those that Node trusts. */
  ca?: readonly string[]
}

/** Sends requests to where a request or a document says, and only where the guard lets it. */
export interface Outgoing {
  /** Trouble on the way is an outcome, never an exception. Redirects are answers like any other. */
  send(request: OutgoingRequest): Promise<OutgoingOutcome>
  /** Takes no more, waits for what is under way and closes the connections. */
  close(): Promise<void>
}

/** How many idle connections to one origin are kept; engines that send more at once open new ones for the rest. */
const idleConnections = 1_024

/**
 * Every attempt resolves the host and judges all its addresses again. An idle connection is used only if the address at its
 * far end, which was judged when the socket was opened and cannot change since, is among those just admitted; otherwise a
 * new one is opened to exactly the admitted addresses. So neither a changed name nor a kept connection leads elsewhere.
 */
export function createOutgoing(options: OutgoingOptions): Outgoing {
  const guard = createGuard(options)
  const underWay = new Set<Promise<OutgoingOutcome>>()
  const idle = new Map<string, Connection[]>()
  let isClosed = false

  async function send(request: OutgoingRequest): Promise<OutgoingOutcome> {
    const exchange = new Exchange(request)
    if (isClosed) exchange.fail('aborted', 'no more requests are sent, as the server is stopping')
    const { outcome } = exchange
    underWay.add(outcome)
    try {
      if (!exchange.isOver) await start(exchange, request)
      return await outcome
    } finally {
      underWay.delete(outcome)
    }
  }

  async function start(exchange: Exchange, request: OutgoingRequest): Promise<void> {
    const admission = await Promise.race([guard.check(request.url), exchange.outcome])
    if (exchange.isOver) return
    if ('addresses' in admission) exchange.begin(take(admission), admission.url.path, release)
    else if ('error' in admission) exchange.fail(admission.error, admission.detail)
  }

  function take(admission: Admission): Connection {
    const waiting = idle.get(admission.url.origin) ?? []
    const admitted = new Set(admission.addresses.map(canonicalAddress))
    const at = waiting.findLastIndex(({ peer }) => peer !== undefined && admitted.has(canonicalAddress(peer)))
    const [kept] = at === -1 ? [] : waiting.splice(at, 1)
    if (waiting.length === 0) idle.delete(admission.url.origin)
    return kept ?? open(admission)
  }

  function open(admission: Admission): Connection {
    const connection = new Connection({ admission, guard, ...(options.ca === undefined ? {} : { ca: options.ca }) })
    connection.onLost = () => drop(connection)
    return connection
  }

  function release(connection: Connection, isReusable: boolean): void {
    const waiting = idle.get(connection.origin) ?? []
    if (!isReusable || isClosed || connection.peer === undefined || waiting.length >= idleConnections) {
      connection.destroy()
      return
    }
    waiting.push(connection)
    idle.set(connection.origin, waiting)
  }

  function drop(connection: Connection): void {
    const waiting = idle.get(connection.origin)
    const at = waiting?.indexOf(connection) ?? -1
    if (!waiting || at === -1) return
    waiting.splice(at, 1)
    if (waiting.length === 0) idle.delete(connection.origin)
    connection.destroy()
  }

  async function close(): Promise<void> {
    isClosed = true
    await Promise.all(underWay)
    for (const connection of [...idle.values()].flat()) connection.destroy()
    idle.clear()
  }

  return { send, close }
}
