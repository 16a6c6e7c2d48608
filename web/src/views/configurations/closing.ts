import { api, ask } from '../../api/client.ts'

const pageSize = 200
/** Pages that are counted at most. */
const mostPages = 50
/** Requests under way at a time. */
const atOnce = 8

async function openPage(configurationId: string, pageToken?: string) {
  const query = { configurationId, status: ['ACTIVE', 'INACTIVE'], pageSize, ...(pageToken ? { pageToken } : {}) }
  return ask(api.GET('/skein/v1/Conversations', { params: { query } }))
}

/** How many conversations of a configuration are open; of very many, so many at least. */
export async function countOpen(configurationId: string): Promise<{ count: number; capped: boolean }> {
  let count = 0
  let token: string | undefined
  for (let pages = 0; pages < mostPages; pages += 1) {
    const { conversations, meta } = await openPage(configurationId, token)
    count += conversations.length
    if (meta.nextToken === null) return { count, capped: false }
    token = meta.nextToken
  }
  return { count, capped: true }
}

/** Closes whatever of a configuration is open, a few at a time, telling how far it is. What it is told stays closed, whenever it ends. */
export async function closeAll(configurationId: string, tell: (closed: number, left: number) => void): Promise<void> {
  let left = (await countOpen(configurationId)).count
  let closed = 0
  let token: string | undefined
  for (;;) {
    const { conversations, meta } = await openPage(configurationId, token)
    for (let at = 0; at < conversations.length; at += atOnce) {
      const some = conversations.slice(at, at + atOnce)
      await Promise.all(some.map(({ id }) => close(id)))
      closed += some.length
      left = Math.max(0, left - some.length)
      tell(closed, left)
    }
    if (meta.nextToken === null) return
    token = meta.nextToken
  }
}

async function close(id: string): Promise<void> {
  await ask(api.PATCH('/v2/Conversations/{id}', { params: { path: { id } }, body: { status: 'CLOSED' } }))
}
