import type { Api } from './api.ts'

/** What the demo reads of a conversation in a list. */
export interface ListedConversation {
  id: string
  configurationId: string
  status: Status
}

export const statuses = ['ACTIVE', 'INACTIVE', 'CLOSED'] as const
export type Status = (typeof statuses)[number]

/** All conversations in one of the given statuses, page by page. */
export async function* listConversations(api: Api, wanted: readonly Status[]): AsyncGenerator<ListedConversation> {
  const filter = wanted.map((status) => `status=${status}`).join('&')
  let token: string | null | undefined
  do {
    const page = await api.get<{ conversations: ListedConversation[]; meta: { nextToken?: string | null } }>(
      `/v2/Conversations?pageSize=1000&${filter}${token ? `&pageToken=${encodeURIComponent(token)}` : ''}`,
    )
    yield* page.conversations
    token = page.meta.nextToken
  } while (token)
}
