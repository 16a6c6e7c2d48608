import type { Inspection, Row } from './inspection.ts'
import { misjudged, refused } from './intelligence-model.ts'
import { counted, type IntelligenceProof } from './intelligence-proof.ts'

/** The last part of a wire id. */
const bare = (id: string) => id.slice(id.lastIndexOf('_') + 1)

export async function checkExecutions(proof: IntelligenceProof, inspection: Inspection): Promise<void> {
  const { verdict, database, messages, conversations, asked } = proof
  const executions = await inspection.rows('select * from rule_execution')
  const results = await inspection.rows('select * from operator_result')
  verdict.none(
    executions.filter(({ due_at, lease, held, outcome }) => due_at !== null || lease || held || outcome === null),
    `${database}: nothing is left undone`,
  )
  const said = messages + 1
  const expected = [said, Math.floor(said / counted), 2, 1]
  for (const [at, count] of expected.entries()) {
    const mine = ofRule(executions, proof, at)
    const each = Map.groupBy(mine, ({ conversation_id }) => conversation_id)
    verdict.equal(each.size, conversations, `${database}: rule ${at} ran in every conversation`)
    verdict.none(
      [...each.values()].filter((own) => own.length !== count),
      `${database}: rule ${at} ran ${count} times in each`,
    )
    if (at === 0) {
      const read = new Set(mine.map(({ conversation_id, until_id }) => `${conversation_id} ${until_id}`))
      verdict.equal(read.size, mine.length, `${database}: each communication was the last of one execution`)
    }
  }
  const onDemand = ofRule(executions, proof, 4).length
  verdict.check(
    onDemand >= asked.accepted && onDemand <= asked.tried,
    `${database}: what was asked for was executed`,
    () => ({ onDemand, ...asked }),
  )
  const extractions = executions.filter(({ rule_id }) => rule_id === 'extraction')
  verdict.equal(extractions.length, 3 * conversations, `${database}: memories were extracted at each transition`)
  checkResults(proof, executions, results)
  const told = await inspection.rows("select * from event where type = 'RULE_EXECUTED'")
  verdict.equal(told.length, conversations, `${database}: each execution with a webhook was told once`)
}

function checkResults(proof: IntelligenceProof, executions: readonly Row[], results: readonly Row[]): void {
  const { verdict, database } = proof
  const perExecution = Map.groupBy(results, ({ execution_id }) => String(execution_id))
  const keys = results.map(({ execution_id, operator_id, body }) => {
    const { execution } = JSON.parse(String(body))
    return `${execution_id} ${operator_id} ${execution.first}`
  })
  verdict.equal(new Set(keys).size, keys.length, `${database}: no operator answered twice in one execution`)
  const rules = executions.filter(({ rule_id }) => rule_id !== 'extraction')
  const operators = [1, 2, 1, 2, 1]
  verdict.none(
    rules.filter((execution) => {
      const at = proof.rules.findIndex((id) => bare(id) === execution.rule_id)
      const missing = execution.outcome === 'PARTLY' ? 1 : 0
      return (perExecution.get(String(execution.id))?.length ?? 0) !== (operators[at] ?? 0) - missing
    }),
    `${database}: every operator of every execution has its result`,
  )
  const partly = executions.filter(({ outcome }) => outcome === 'PARTLY')
  const judged = Math.floor((proof.messages + 1) / counted)
  verdict.equal(partly.length, judged, `${database}: only wrong answers (to customer ${misjudged}) failed`)
  verdict.none(
    executions.filter(({ outcome }) => outcome !== 'SUCCEEDED' && outcome !== 'PARTLY'),
    `${database}: trouble that passes failed nothing`,
  )
  const refusals = results.filter(({ body }) => 'refusal' in JSON.parse(String(body)).result)
  verdict.equal(refusals.length, judged, `${database}: each refusal (to customer ${refused}) is a result`)
  const byId = new Map(executions.map((one) => [one.id, one]))
  verdict.none(
    results.filter(({ execution_id, rule_id, body }) => {
      const { last } = JSON.parse(String(body)).execution
      const place = byId.get(execution_id)
      return (
        rule_id !== 'extraction' &&
        (place === undefined || (rule_id !== bare(proof.rules[4] ?? '') && last !== place.until_id))
      )
    }),
    `${database}: each result read as far as its trigger`,
  )
}

/** What extraction left behind, through the API. */
export async function checkMemories(proof: IntelligenceProof): Promise<void> {
  const { verdict, database, installation, memoryStoreId, profileIds } = proof
  for (const [at, id] of profileIds.entries()) {
    const of = `/v1/Stores/${memoryStoreId}/Profiles/${id}`
    const { observations } = (await installation.client().get(`${of}/Observations`)).body
    const { summaries } = (await installation.client().get(`${of}/ConversationSummaries`)).body
    const contents = observations.map(({ content }: { content: string }) => content)
    verdict.equal(contents, [`The customer is the one with the number ${at}.`], `${database}: one observation of ${at}`)
    verdict.equal(summaries.length, 1, `${database}: one summary of ${at}`)
  }
}

function ofRule(executions: readonly Row[], { rules }: IntelligenceProof, at: number): Row[] {
  return executions.filter(({ rule_id }) => rule_id === bare(rules[at] ?? ''))
}
