import { pathId } from '../../http/path-id.ts'
import { notFound } from '../../kernel/failure.ts'
import type { Reader } from '../../store/store.ts'
import { hasConversation } from '../conversation-views.ts'

/** The id, without prefix, of the conversation that a path names. Not found when the account has no such conversation. */
export async function existingConversationId(read: Reader, account: number, text: string): Promise<string> {
  const id = pathId('conversation', text, 'conversation')
  if (!(await hasConversation(read, account, id))) throw unknownConversation(text)
  return id
}

export function unknownConversation(text: string) {
  return notFound(`There is no conversation ${text}.`)
}
