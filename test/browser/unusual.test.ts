import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { assertFits, enter, go, type Visit, visit, withoutBrowser } from './browser.ts'
import { asked, makeConfiguration, makeStore } from './preparing.ts'

const kiosk = '+15550001111'

describe('what is unusual', { skip: withoutBrowser }, () => {
  let here: Visit
  let configurationId: string

  before(async () => {
    here = await visit()
    const storeId = await makeStore(here.server)
    configurationId = await makeConfiguration(here.server, storeId, { displayName: 'kiosk', number: kiosk })
    await enter(here)
    await here.open('/')
  })
  after(() => here?.end())

  const begin = (more: object) => asked(here.server, 'POST', '/v2/Conversations', { configurationId, ...more })
  const say = (id: string, channel: string, from: string, text: string, occurredAt?: string) =>
    asked(here.server, 'POST', `/v2/Conversations/${id}/Communications`, {
      author: { channel, address: from },
      recipients: [{ channel, address: kiosk }],
      content: { type: 'TEXT', text },
      ...(occurredAt === undefined ? {} : { occurredAt }),
    })
  const shown = (path: string) => go(here.page, path).then(() => here.page.locator('#main').textContent())

  test('a conversation of nobody has no loose ends in the list', async () => {
    await begin({ name: 'Empty' })
    assert.match((await shown('/conversations')) ?? '', /no channel yet · kiosk · nobody yet/)
  })

  test('a conversation that is closed says so, and nothing of it is live', async () => {
    const { id } = await begin({ name: 'Over' })
    await say(id, 'SMS', '+15551112222', 'Bye')
    await asked(here.server, 'PUT', `/v2/Conversations/${id}`, { status: 'CLOSED' })
    const text = (await shown(`/conversations/${id}`)) ?? ''
    assert.match(text, /Nothing: it is closed, and that is final\./)
    assert.doesNotMatch(text, /is live/)
  })

  test('what was said on several days stands under its day', async () => {
    const { id } = await begin({ name: 'Days' })
    await say(id, 'SMS', '+15551113333', 'Hello', '2026-01-01T12:00:00Z')
    await say(id, 'SMS', '+15551113333', 'Anybody?', '2026-01-01T12:05:00Z')
    await say(id, 'SMS', '+15551113333', 'Hello again', '2026-01-03T12:00:00Z')
    const text = (await shown(`/conversations/${id}`)) ?? ''
    assert.deepEqual(text.match(/(Thurs|Satur)day, January \d, 2026/g), [
      'Thursday, January 1, 2026',
      'Saturday, January 3, 2026',
    ])
  })

  test('a long identity does not make the page wider than a phone', async () => {
    const { id } = await begin({ name: 'Long' })
    await say(id, 'CHAT', 'user-'.repeat(40), 'Hello')
    await here.page.setViewportSize({ width: 390, height: 844 })
    await go(here.page, `/conversations/${id}`)
    await assertFits(here.page, 'a long identity')
    await here.page.setViewportSize({ width: 1280, height: 800 })
  })

  test('a conversation that was deleted has a heading, and its operation leads nowhere', async () => {
    const { id } = await begin({ name: 'Gone' })
    await asked(here.server, 'DELETE', `/v2/Conversations/${id}`)
    await asked(here.server, 'POST', '/skein/v1/Clock', { advanceSeconds: 0 })
    await go(here.page, '/operations')
    assert.equal(await here.page.getByText(id).count(), 1)
    assert.equal(await here.page.getByRole('link', { name: id }).count(), 0)
    assert.equal(await here.page.getByRole('link', { name: configurationId }).count(), 1)
    await go(here.page, `/conversations/${id}`)
    assert.equal(await here.page.getByRole('heading', { name: 'Conversation', exact: true }).count(), 1)
  })

  test('two targets of one URL are told apart by whose they are', async () => {
    const { id } = await begin({ name: 'Two' })
    const statusCallbacks = [{ url: `${here.server.url}/nowhere`, method: 'POST' }]
    await asked(here.server, 'PATCH', `/v2/Conversations/${id}`, { configuration: { statusCallbacks } })
    await go(here.page, '/webhooks')
    const link = here.page.getByRole('link', { name: 'conversation', exact: true })
    assert.equal(await link.getAttribute('href'), `/console/conversations/${id}`)
  })

  test('what happened by itself leads to no request', async () => {
    const { id } = await begin({ name: 'Timed' })
    await say(id, 'SMS', '+15551114444', 'Hello')
    await asked(here.server, 'POST', '/skein/v1/Clock', { advanceMinutes: 16 })
    const text = (await shown(`/conversations/${id}?tab=events`)) ?? ''
    assert.match(text, /INACTIVE_TIMEOUTnone: by itself/)
  })

  test('the words below a chart stay inside of its frame on a phone', async () => {
    await here.page.setViewportSize({ width: 390, height: 844 })
    await go(here.page, '/')
    const refused = await here.page.locator('.recharts-legend-wrapper', { hasText: 'Refused' }).boundingBox()
    const below = await here.page.getByRole('heading', { name: 'What happened last' }).boundingBox()
    assert.ok(refused && below && refused.y + refused.height <= below.y)
    await here.page.setViewportSize({ width: 1280, height: 800 })
    await here.page.getByRole('link', { name: 'All of them are in the debugger' }).waitFor()
    assert.equal(await here.page.getByText('These are all.').count(), 0)
  })

  test('the memory stores of the wizard and of the profiles are the same, whichever comes first', async () => {
    const { page } = here
    const toTheStores = async () => {
      await go(page, '/configurations/new')
      await page.getByRole('textbox', { name: 'Name' }).fill('Another')
      await page.getByRole('button', { name: 'Next' }).click()
    }
    await here.open('/profiles')
    await toTheStores()
    assert.equal(await page.getByRole('combobox', { name: 'Memory store' }).inputValue(), 'customers')
    await here.open('/')
    await toTheStores()
    assert.equal(await page.getByRole('combobox', { name: 'Memory store' }).inputValue(), 'customers')
    await go(page, '/profiles')
    assert.equal(await page.getByRole('heading', { name: 'Profiles' }).count(), 1)
  })
})
