import type { Api } from './api.ts'

/** What the first desk found in the day's conversations, without any model. */
export interface Findings {
  /** How often each sentiment was found, the most frequent first. */
  sentiments: { label: string; conversations: number }[]
  summaries: number
  /** Of the latest conversation that was summed up. */
  example: { conversationId: string; sentiment: string | null; summary: string } | undefined
  /** What was remembered of customers. */
  observations: { customers: number; total: number; examples: string[] }
}

const sentiment = 'intelligence_operator_01kcrvw16kfa88qvgrfmr7y151'
const summary = 'intelligence_operator_01kcv35pnkeysaf6z6cqtbpegn'
const pageSize = 1000
const maxProfiles = 200
const maxExamples = 5

/** The id of an intelligence configuration that reads every conversation when it ends. */
export async function makeReader(api: Api): Promise<string> {
  const triggers = [{ on: 'CONVERSATION_END' }]
  const rules = [{ operators: [{ id: sentiment }, { id: summary }], triggers, actions: [] }]
  const { id } = await api.post<{ id: string }>('/v3/ControlPlane/Configurations', { displayName: 'reader', rules })
  return id
}

interface Result {
  conversationId: string
  operator: { id: string }
  result: { label?: string; text?: string }
}

export async function fetchFindings(api: Api, memoryStoreId: string): Promise<Findings> {
  const labelled = await resultsOf(api, sentiment)
  const summed = await resultsOf(api, summary)
  const counts = new Map<string, number>()
  for (const { result } of labelled) counts.set(String(result.label), (counts.get(String(result.label)) ?? 0) + 1)
  const told = summed.find(({ result }) => (result.text ?? '').length > 0)
  return {
    sentiments: [...counts]
      .map(([label, conversations]) => ({ label, conversations }))
      .sort((a, b) => b.conversations - a.conversations),
    summaries: summed.length,
    example: told && {
      conversationId: told.conversationId,
      sentiment: labelled.find(({ conversationId }) => conversationId === told.conversationId)?.result.label ?? null,
      summary: told.result.text ?? '',
    },
    observations: await observationsOf(api, memoryStoreId),
  }
}

async function resultsOf(api: Api, operatorId: string): Promise<Result[]> {
  const found: Result[] = []
  for (let token: string | null = ''; token !== null; ) {
    const from = token === '' ? '' : `&pageToken=${token}`
    const path = `/v3/OperatorResults?operatorId=${operatorId}&pageSize=${pageSize}${from}`
    const page: { items: Result[]; meta: { nextToken: string | null } } = await api.get(path)
    found.push(...page.items)
    token = page.meta.nextToken
  }
  return found
}

async function observationsOf(api: Api, memoryStoreId: string): Promise<Findings['observations']> {
  const path = `/v1/Stores/${memoryStoreId}/Profiles`
  const { profiles } = await api.get<{ profiles: string[] }>(`${path}?pageSize=${maxProfiles}`)
  const observations = { customers: 0, total: 0, examples: [] as string[] }
  for (const profile of profiles.slice(0, maxProfiles)) {
    const of = await api.get<{ observations: { content: string }[] }>(`${path}/${profile}/Observations?pageSize=100`)
    if (of.observations.length === 0) continue
    observations.customers += 1
    observations.total += of.observations.length
    for (const { content } of of.observations) {
      if (observations.examples.length < maxExamples && !observations.examples.includes(content)) {
        observations.examples.push(content)
      }
    }
  }
  return observations
}
