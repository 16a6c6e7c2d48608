import { useQuery } from '@tanstack/react-query'
import { api, ask } from '../../api/client.ts'
import type { Fetched } from '../../api/types.ts'

export type Operator = Fetched<'/v3/ControlPlane/Operators/{id}'>

/** All operators that the account can use, its own and those that are built in. */
export function useOperators() {
  return useQuery({
    queryKey: ['operators'],
    queryFn: async () => {
      const { items } = await ask(api.GET('/v3/ControlPlane/Operators', { params: { query: { pageSize: 200 } } }))
      return items
    },
  })
}

/** What people call an operator; its id when it is gone. */
export function nameOf(operators: Operator[] | undefined, id: string): string {
  return operators?.find((operator) => operator.id === id)?.displayName ?? id
}

/** When a rule is executed, in words. */
export function triggerInWords(trigger: { on: string; parameters?: { count: number } } | undefined): string {
  if (trigger === undefined) return 'only when asked to'
  if (trigger.on === 'COMMUNICATION') {
    const count = trigger.parameters?.count ?? 1
    return count === 1 ? 'at every communication' : `at every ${count}th communication`
  }
  return trigger.on === 'CONVERSATION_END' ? 'when a conversation ends' : 'when a conversation becomes inactive'
}
