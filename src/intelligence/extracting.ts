import type { Diagnostic } from '../events/report.ts'
import { newId } from '../kernel/ids.ts'
import { storeById } from '../memory/store-rows.ts'
import { requireStore } from '../memory/stores.ts'
import type { Reader } from '../store/store.ts'
import { Attempt, type Run } from './attempt.ts'
import { builtinIds, builtinOperator, observationsOperator } from './builtin-operators.ts'
import { type Remembered, whomToRemember } from './domain/extraction.ts'
import type { Operator } from './domain/operator.ts'
import { type Spoken, wordsWith } from './domain/reading.ts'
import { type Executed, type ExecutionContext, skipped } from './executing.ts'
import type { ExecutionRow } from './execution-rows.ts'
import { executionDiagnostic, type ResultBody, resultRow } from './findings.ts'
import { type Material, readMaterial } from './material.ts'
import type { ProfileFindings } from './remembering.ts'

/** An observation holds so many characters. */
const maxContent = 4096
const beforeAll = ''

/**
 * Finds what is worth remembering in what was said since the last time, one customer at a time, and when the conversation has
 * ended sums all of it up once. What becomes of it beside what is known already is decided when it is saved.
 */
export async function extractMemories(context: ExecutionContext, execution: ExecutionRow): Promise<Executed> {
  const { read, reading, now, maxCharacters } = context
  const { account, conversation_id: conversationId, since_id, until_id: until } = execution
  const stretch = { conversationId, until, maxCharacters }
  const fresh = await readMaterial(reading, { ...stretch, since: since_id })
  if (!fresh) return skipped(execution, 'The conversation is there no more.')
  const storeId = fresh.view.snapshot.body.memoryStoreId
  const { remembered, unmet } = whomToRemember({
    storeStatus: await storeStatus(read, account, storeId),
    participants: fresh.view.participants,
  })
  const diagnostics: Diagnostic[] = unmet.map((condition) =>
    executionDiagnostic(execution, { level: 'warning', ...condition }, now),
  )
  const [first] = unmet
  if (remembered.length === 0) return { ...skipped(execution, first?.message ?? ''), diagnostics }
  const run = new Extraction(context, execution)
  const found = await Promise.all(remembered.map((one) => run.observe(fresh, one, storeId)))
  if (execution.trigger_name === 'CONVERSATION_END') {
    const whole = await readMaterial(reading, { ...stretch, since: beforeAll })
    if (whole && whole.transcript.length > 0) await run.sumUp(whole, found)
  }
  const { usage, pending } = run.attempt
  if (pending) return { ...skipped(execution, 'Operators are to be tried again.'), usage, pending }
  if (run.failures.length > 0) {
    const message = `Memories could not be extracted. ${run.failures[0]}`
    diagnostics.push(executionDiagnostic(execution, { level: 'error', code: 530934, message }, now))
  }
  return {
    execution,
    outcome: run.failures.length === 0 ? 'SUCCEEDED' : run.results.length > 0 ? 'PARTLY' : 'FAILED',
    detail: run.failures[0] ?? null,
    results: run.results,
    diagnostics,
    usage,
    remembered: { storeId, conversationId, profiles: found },
  }
}

/** What extraction works by: there is one version of it. */
const extractionVersion = 1

class Extraction {
  readonly attempt: Attempt
  readonly #runs: Run[] = []
  readonly #context: ExecutionContext
  readonly #execution: ExecutionRow

  constructor(context: ExecutionContext, execution: ExecutionRow) {
    this.attempt = new Attempt(execution, extractionVersion)
    this.#context = context
    this.#execution = execution
  }

  get results() {
    return this.#runs.flatMap(({ result }) => result ?? [])
  }

  get failures(): string[] {
    return this.#runs.flatMap(({ failure }) => failure ?? [])
  }

  async observe(
    material: Material,
    { profileId, participantIds }: Remembered,
    storeId: string,
  ): Promise<ProfileFindings> {
    const ids = new Set(participantIds)
    const transcript = wordsWith(material.transcript, ids)
    const findings: ProfileFindings = { profileId, observations: [], summary: null }
    if (!transcript.some(({ participantId }) => ids.has(participantId))) return findings
    const kept = await this.#run(profileId, observationsOperator, {
      material,
      transcript,
      remembered: { profileId, storeId },
    })
    if (!kept) return findings
    const { observations = [] } = kept.result as { observations?: { content?: unknown }[] }
    const contents = observations.flatMap(({ content }) => (typeof content === 'string' ? content.trim() : []))
    const occurredAt = material.communications.at(-1)?.occurredAt ?? this.#execution.triggered_at
    findings.observations = [...new Set(contents)]
      .filter((content) => content !== '')
      .map((content) => ({ content: content.slice(0, maxContent), resultId: kept.id, occurredAt }))
    return findings
  }

  async sumUp(material: Material, found: readonly ProfileFindings[]): Promise<void> {
    const operator = builtinOperator(builtinIds.summary)
    const kept =
      operator &&
      (await this.#run('summary', operator, { material, transcript: material.transcript, remembered: null }))
    const text = String(kept?.result.text ?? '').trim()
    if (!kept || text === '') return
    const occurredAt = material.communications.at(-1)?.occurredAt ?? this.#execution.triggered_at
    for (const one of found) one.summary = { content: text.slice(0, maxContent), resultId: kept.id, occurredAt }
  }

  async #run(
    key: string,
    operator: Operator,
    read: {
      material: Material
      transcript: readonly Spoken[]
      remembered: { profileId: string; storeId: string } | null
    },
  ): Promise<{ id: string; result: Record<string, unknown> } | undefined> {
    const { account } = this.#execution
    const { transcript, remembered } = read
    const run = await this.attempt.run(key, async () => {
      const outcome = await this.#context.engine.run({ account, operator, values: {}, transcript })
      if ('failure' in outcome) return { ...outcome, run: { failure: outcome.failure, diagnostics: [] } }
      const answer = { ...outcome.answer, usedMemory: remembered !== null }
      const result = resultRow({
        ...read,
        id: newId(),
        execution: this.#execution,
        configurationVersion: extractionVersion,
        operator,
        parameters: {},
        answer,
        now: this.#context.now,
      })
      return { run: { result, diagnostics: [] }, usage: answer.usage }
    })
    if (run) this.#runs.push(run)
    if (!run?.result) return undefined
    return { id: run.result.id, result: (JSON.parse(run.result.body) as ResultBody).result }
  }
}

async function storeStatus(read: Reader, account: number, storeId: string): Promise<string | undefined> {
  return (await read.get(storeById, { account, storeId })) && (await requireStore(read, account, storeId)).status
}
