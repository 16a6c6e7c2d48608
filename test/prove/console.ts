import { signIn, visit, withoutBrowser } from '../browser/browser.ts'
import { lookThrough, makeConversations } from '../browser/long-list.ts'
import { makeConfiguration, makeStore } from '../browser/preparing.ts'
import type { Verdict } from './verdict.ts'

const number = '+15550001111'
/** What people take for at once, with room for a machine that does other things too. */
const withoutDelayMs = 2000

/** The console's list of very many conversations, in a browser: it scrolls, filters and stays up to date as a short one does. */
export async function proveConsole({ verdict, conversations }: { verdict: Verdict; conversations: number }) {
  if (withoutBrowser) throw new Error(withoutBrowser)
  const here = await visit()
  try {
    await makeConfiguration(here.server, await makeStore(here.server), { displayName: 'kiosk', number })
    await makeConversations(here, number, conversations)
    await signIn(here)
    const { filterMs, rows } = await lookThrough(here, number, conversations)
    verdict.equal(rows, 1, 'a filter by address finds the one conversation')
    verdict.check(filterMs < withoutDelayMs, 'a filter answers without delay', () => filterMs)
    verdict.none(here.complaints, 'the browser complains of nothing')
    verdict.say(`  filtered ${conversations} conversations in ${Math.round(filterMs)} ms`)
  } finally {
    await here.end()
  }
}
