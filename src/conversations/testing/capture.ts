import assert from 'node:assert/strict'
import { type Json, kiosk, type World } from '../../testing/app.ts'

/** Two customers of the kiosk. */
export const kiran = '+15551234567'
export const lena = '+15557654321'

/** A text message to the kiosk, with `more` beside it or instead. */
export function message(more: object = {}): object {
  return { channel: 'SMS', from: kiran, to: kiosk, content: { type: 'TEXT', text: 'Two flat whites' }, ...more }
}

/** Takes in one item of traffic; answers the ids of where it went. */
export async function capture(
  world: World,
  item: object = message(),
): Promise<{ conversationId: string; communicationId: string }> {
  const { status, body, text } = await world.post('/skein/v1/Traffic', item)
  assert.equal(status, 200, text)
  assert.equal(body.results[0].outcome, 'CAPTURED', text)
  return body.results[0]
}

/** Walks a list from its first page to its last by `nextToken`, then back by `previousToken`; both must show the same pages. */
export async function walk(world: World, path: string, pageSize: number): Promise<Json[][]> {
  const pages: Json[][] = []
  const ask = async (token: string | null) => {
    const url = new URL(path, 'http://skein')
    url.searchParams.set('pageSize', String(pageSize))
    if (token !== null) url.searchParams.set('pageToken', token)
    const { status, body, text } = await world.get(`${url.pathname}${url.search}`)
    assert.equal(status, 200, text)
    const items = body[body.meta.key]
    assert.equal(body.meta.pageSize, items.length)
    return { items, meta: body.meta }
  }
  let page = await ask(null)
  assert.equal(page.meta.previousToken, null)
  pages.push(page.items)
  while (page.meta.nextToken !== null) {
    page = await ask(page.meta.nextToken)
    pages.push(page.items)
  }
  for (let at = pages.length - 2; at >= 0; at -= 1) {
    page = await ask(page.meta.previousToken)
    assert.deepEqual(page.items, pages[at], `page ${at} is the same from behind`)
  }
  assert.equal(page.meta.previousToken, null)
  return pages
}

/** A page token of our own making, for a list that never gave it out. */
export function forgedToken(...parts: unknown[]): string {
  return Buffer.from(JSON.stringify(parts)).toString('base64url')
}
