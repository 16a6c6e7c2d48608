import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { assertAccessible, assertFits, enter, go, type Visit, visit, withoutBrowser } from './browser.ts'
import { asked, exampleVoice, makeConfiguration, makeNumber, makeStore } from './preparing.ts'

const views = readFileSync(join(import.meta.dirname, '../../web/src/shell/views.tsx'), 'utf8')
const routes = [...views.matchAll(/<Route path="([^"]+)"/g)].map(([, path = '']) => path)
const sentiment = 'intelligence_operator_01kcrvw16kfa88qvgrfmr7y151'
const kiosk = '+15550001111'
/** The list of views beside each: it is looked at on the first. */
const navigation = 'nav[aria-label=Views]'

describe('every view', { skip: withoutBrowser }, () => {
  let here: Visit
  /** For each route with parameters, an address that shows something. */
  const examples: Record<string, string> = { '*': '/nowhere' }

  before(async () => {
    here = await visit()
    const { server } = here
    const storeId = await makeStore(server)
    const profiles = `/v1/Stores/${storeId}/Profiles`
    const { id: profile } = await asked(server, 'POST', profiles, { traits: { Contact: { phone: '+15551234567' } } })
    await asked(server, 'POST', `${profiles}/${profile}/Observations`, {
      observations: [{ content: 'Likes flat whites', source: 'test', occurredAt: '2026-01-05T08:00:00Z' }],
    })
    const { id: reader } = await asked(server, 'POST', '/v3/ControlPlane/Configurations', {
      displayName: 'reader',
      rules: [{ operators: [{ id: sentiment }], triggers: [{ on: 'CONVERSATION_INACTIVE' }], actions: [] }],
    })
    await makeNumber(server, kiosk, exampleVoice(server))
    const configuration = await makeConfiguration(server, storeId, {
      displayName: 'kiosk',
      number: kiosk,
      conversationGroupingType: 'GROUP_BY_PROFILE',
      intelligenceConfigurationIds: [reader],
      // Nobody listens there.
      statusCallbacks: [{ url: `${server.url}/nowhere`, method: 'POST' }],
    })
    const handset = '/skein/v1/Handsets/%2B15551234567/Messages'
    await asked(server, 'POST', handset, { to: kiosk, body: 'The coffee was wonderful, thank you!' })
    await asked(server, 'POST', handset, { to: kiosk, channel: 'WHATSAPP', body: 'Are you open on Sunday?' })
    await asked(server, 'POST', '/skein/v1/Clock', { advanceMinutes: 16 })
    await asked(server, 'POST', handset, { to: kiosk, body: 'Hello again' })
    await asked(server, 'POST', '/skein/v1/Clock', { advanceSeconds: 0 })
    const [conversation] = (await asked(server, 'GET', '/v2/Conversations')).conversations
    const [delivery] = (await asked(server, 'GET', '/skein/v1/Deliveries')).deliveries
    Object.assign(examples, {
      '/conversations/:id': `/conversations/${conversation.id}`,
      '/configurations/:id': `/configurations/${configuration}`,
      '/configurations/:id/grouping': `/configurations/${configuration}/grouping`,
      '/profiles/:storeId/:id': `/profiles/${storeId}/${profile}`,
      '/debugger/:requestId': `/debugger/${delivery.requestId}`,
      '/webhooks/targets/:id': `/webhooks/targets/${delivery.targetId}`,
      '/webhooks/deliveries/:id': `/webhooks/deliveries/${delivery.id}`,
      '/intelligence/:id': `/intelligence/${reader}`,
      '/operators/:id': `/operators/${sentiment}`,
    })
    await enter(here)
    await here.open('/')
  })
  after(() => here?.end())

  for (const [at, route] of routes.entries()) {
    const known = at === 0 ? [] : [navigation]
    test(`at ${route} has no serious finding in either theme, and fits on a phone`, async () => {
      const { page } = here
      const path = examples[route] ?? route
      assert.ok(!path.includes(':'), `an example of ${route} is needed`)
      await page.emulateMedia({ colorScheme: 'light' })
      await page.setViewportSize({ width: 1280, height: 800 })
      await go(page, path)
      assert.equal(await page.getByRole('alert').count(), 0, `${await page.getByRole('alert').allTextContents()}`)
      await assertAccessible(page, `${route}, light`, known)
      await assertFits(page, `${route}, at 1280`)
      await page.emulateMedia({ colorScheme: 'dark' })
      await page.setViewportSize({ width: 390, height: 844 })
      await assertAccessible(page, `${route}, dark, on a phone`, known)
      await assertFits(page, `${route}, on a phone`)
    })
  }

  test('leaves no complaint in the browser', () => assert.deepEqual(here.complaints, []))
})
