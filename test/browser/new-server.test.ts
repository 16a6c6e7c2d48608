import { after, before, describe } from 'node:test'
import { type Visit, visit, withoutBrowser } from './browser.ts'
import { firstConversation } from './first-conversation.ts'
import { operating } from './operating.ts'
import { signingIn } from './signing-in.ts'

// One story after the other at one server, as a browser and a server cost more to start than most of them to play.
describe('at the console,', { skip: withoutBrowser }, () => {
  let here: Visit
  const come = () => here
  before(async () => {
    here = await visit()
  })
  after(() => here?.end())

  signingIn(come)
  firstConversation(come)
  operating(come)
})
