import type { AccountCache } from '../conversations/account-cache.ts'
import { type ConversationView, findConversations } from '../conversations/conversation-views.ts'
import type { Communication } from '../conversations/domain/conversation.ts'
import { readStretch, type Stretch } from '../conversations/transcript.ts'
import type { Reader } from '../store/store.ts'
import { configurationOf } from './configurations.ts'
import { admits, type RuleFilter } from './domain/filter.ts'
import type { IntelligenceConfiguration } from './domain/rules.ts'
import { configurationsByIds } from './rows.ts'

export interface ReadingSource {
  read: Reader
  cache: AccountCache
  account: number
}

/** Whose words are wanted, where not everybody's. */
interface Selection {
  view: ConversationView
  filter: RuleFilter | undefined
  maxCharacters: number
}

/** What executions that begin together read: each thing is asked of the store once, and what can be with one statement. */
export class SharedReading {
  readonly #source: ReadingSource
  readonly #configurations: Promise<Map<string, IntelligenceConfiguration>>
  readonly #views: Promise<Map<string, ConversationView>>
  readonly #stretches = new Map<string, Promise<Communication[]>>()

  /** Ids without prefix. */
  constructor(
    source: ReadingSource,
    wanted: { configurationIds: readonly string[]; conversationIds: readonly string[] },
  ) {
    this.#source = source
    this.#configurations = loadConfigurations(source, distinct(wanted.configurationIds))
    this.#views = loadViews(source, distinct(wanted.conversationIds))
    // Whoever waits for it hears of the trouble.
    this.#configurations.catch(() => {})
    this.#views.catch(() => {})
  }

  /** Undefined when it is gone. */
  async configuration(id: string): Promise<IntelligenceConfiguration | undefined> {
    return (await this.#configurations).get(id)
  }

  /** Undefined when it is gone. */
  async view(conversationId: string): Promise<ConversationView | undefined> {
    return (await this.#views).get(conversationId)
  }

  /** The last ones first, as many as hold so many characters, and one more if there is any. */
  stretch(stretch: Omit<Stretch, 'account'>, { view, filter, maxCharacters }: Selection): Promise<Communication[]> {
    const key = JSON.stringify([stretch, filter?.participantTypes ?? []])
    const known = this.#stretches.get(key)
    if (known) return known
    const types = new Map(view.participants.map(({ id, type }) => [id, type]))
    const { read, account } = this.#source
    const reading = readStretch(read, { ...stretch, account }, maxCharacters, ({ author }) =>
      admits(filter, types.get(author.participantId)),
    )
    this.#stretches.set(key, reading)
    return reading
  }
}

async function loadConfigurations({ read, account }: ReadingSource, ids: string[]) {
  const rows = ids.length === 0 ? [] : await read.all(configurationsByIds, { account, ids })
  return new Map(rows.map((row) => [row.id, configurationOf(row)]))
}

async function loadViews(source: ReadingSource, ids: string[]) {
  const views = await findConversations(source, ids)
  return new Map(views.map((view) => [view.conversation.id, view]))
}

function distinct(ids: readonly string[]): string[] {
  return [...new Set(ids)].filter((id) => id !== '')
}
