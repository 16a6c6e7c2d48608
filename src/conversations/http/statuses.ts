import { invalid } from '../../kernel/failure.ts'
import { type Status, statuses } from '../domain/model.ts'

/** A `status` parameter, repeated or joined by commas. */
export function statusesOf(given: readonly string[]): Status[] {
  const words = given.flatMap((text) => text.split(',')).map((word) => word.trim())
  return words.filter((word) => word !== '').map(statusOf)
}

function statusOf(word: string): Status {
  const status = statuses.find((known) => known === word)
  if (!status) throw invalid('status', `status must be one of ${statuses.join(', ')}`)
  return status
}
