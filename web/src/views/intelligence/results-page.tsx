import { Group, Select, TextInput } from '@mantine/core'
import { useSearchParams } from 'react-router'
import { given } from '../../api/pages.ts'
import { Page } from '../../parts/page.tsx'
import { useOperators } from './operators.ts'
import { Results } from './results.tsx'

export default function ResultsPage() {
  const operators = useOperators()
  const [query, setQuery] = useSearchParams()
  const filter = { operatorId: query.get('operator') ?? '', conversationId: query.get('conversation') ?? '' }
  const set = (name: string, value: string | null) => {
    const next = new URLSearchParams(query)
    if (value) next.set(name, value)
    else next.delete(name)
    setQuery(next, { replace: true })
  }
  // The server refuses half an id.
  const isId = /^conv_conversation_[0-7][0-9a-z]{25}$/.test(filter.conversationId)
  return (
    <Page title="Operator results" lead="What operators found in conversations.">
      <Group align="flex-start">
        <Select
          label="Operator"
          placeholder="any"
          data={(operators.data ?? []).map(({ id, displayName }) => ({ value: id, label: displayName }))}
          value={filter.operatorId || null}
          onChange={(id) => set('operator', id)}
          clearable
          clearButtonProps={{ 'aria-label': 'Any operator' }}
          w={240}
        />
        <TextInput
          label="Conversation"
          placeholder="conv_conversation_…"
          value={filter.conversationId}
          onChange={(event) => set('conversation', event.currentTarget.value.trim())}
          error={filter.conversationId !== '' && !isId && 'This is no id of a conversation'}
          w={320}
          maw="100%"
        />
      </Group>
      <Results {...given({ ...filter, conversationId: isId ? filter.conversationId : '' })} />
    </Page>
  )
}
