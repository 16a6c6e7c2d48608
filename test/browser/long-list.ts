import assert from 'node:assert/strict'
import type { Page } from 'playwright-core'
import type { Visit } from './browser.ts'
import { asked } from './preparing.ts'

/** Rows that a screen may hold at most, with those that wait above and below it. */
const mostRows = 60
const perRequest = 1000

/** Conversations with a number, each from a customer of its own; the last is the newest. */
export async function makeConversations({ server }: Visit, number: string, count: number): Promise<void> {
  for (let first = 0; first < count; first += perRequest) {
    const items = Array.from({ length: Math.min(perRequest, count - first) }, (_, at) => ({
      channel: 'SMS',
      from: customer(first + at),
      to: number,
      content: { type: 'TEXT', text: `Message ${first + at}` },
    }))
    await asked(server, 'POST', '/skein/v1/Traffic', items)
  }
}

function customer(n: number): string {
  return `+1555${2_000_000 + n}`
}

/**
 * Scrolls through a list of many conversations, of which few are on the page at a time; sees what happens far below without being moved; and
 * filters. Answers how long an answer to the filter took, in milliseconds.
 */
export async function lookThrough(
  here: Visit,
  number: string,
  count: number,
): Promise<{ filterMs: number; rows: number }> {
  const { page, open, server } = here
  let asks = 0
  const ofList = /\/skein\/v1\/Conversations\?/
  page.on('request', (request) => {
    if (ofList.test(request.url())) asks += 1
  })
  await open('/conversations')
  const rows = page.getByRole('list', { name: 'Conversations' }).getByRole('link')
  const named = (n: number) => rows.filter({ hasText: customer(n) })
  await named(count - 1).waitFor()
  const far = Math.min(count, 600)
  while ((await named(count - far).count()) === 0) {
    await page.evaluate('window.scrollTo(0, document.body.scrollHeight)')
    await page.waitForTimeout(20)
    assert.ok((await rows.count()) <= mostRows, 'only the rows on the screen exist')
  }
  assert.ok(asks >= far / 100, 'pages come from the server one by one')

  // Another thing happens on top, and something changes here.
  const [there] = (await asked(server, 'GET', search(customer(count - far)))).conversations
  const before = await topOf(page, customer(count - far))
  const asksBefore = asks
  await asked(server, 'POST', '/skein/v1/Traffic', {
    channel: 'SMS',
    from: '+15558887777',
    to: number,
    content: { type: 'TEXT', text: 'New' },
  })
  await asked(server, 'PATCH', `/v2/Conversations/${there.id}`, { status: 'CLOSED' })
  await named(count - far)
    .filter({ hasText: 'CLOSED' })
    .waitFor()
  assert.equal(await topOf(page, customer(count - far)), before, 'what is read stays in its place')
  assert.ok(asks - asksBefore <= 12, `only what is on the screen is asked for again, not ${asks - asksBefore} pages`)

  await page.getByRole('textbox', { name: 'Address' }).fill(customer(7))
  const asked0 = performance.now()
  await named(7).waitFor()
  await named(count - far).waitFor({ state: 'detached' })
  return { filterMs: performance.now() - asked0, rows: await rows.count() }
}

function search(address: string): string {
  return `/skein/v1/Conversations?address=${encodeURIComponent(address)}`
}

async function topOf(page: Page, text: string): Promise<number> {
  const box = await page
    .getByRole('list', { name: 'Conversations' })
    .getByRole('link')
    .filter({ hasText: text })
    .boundingBox()
  return Math.round(box?.y ?? Number.NaN)
}
