import { Anchor, Group, Select, Switch, Text, TextInput } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { useState } from 'react'
import { Link, useSearchParams } from 'react-router'
import { api, ask } from '../../api/client.ts'
import { given, usePages } from '../../api/pages.ts'
import { Listing } from '../../parts/listing.tsx'
import { Page } from '../../parts/page.tsx'
import { Status } from '../../parts/status.tsx'
import { Time } from '../../parts/time.tsx'

const names = ['source', 'level', 'type', 'text', 'errorCode', 'requestId', 'conversationId'] as const
const types = [
  { group: 'Orchestrator', items: [...orchestrated(), 'diagnostic'] },
  { group: 'Intelligence', items: ['rule.executed'] },
  {
    group: 'Memory',
    items: ['identifier.linked', 'identifier.unlinked', 'profile.merged', 'profile.unmerged', 'profile.mergeRefused'],
  },
]

function orchestrated(): string[] {
  const changes = { conversation: 'deleted', participant: 'removed', communication: '' }
  return Object.entries(changes).flatMap(([one, end]) =>
    ['created', 'updated', end].filter((what) => what !== '').map((what) => `${one}.${what}`),
  )
}

/** What happened and was diagnosed, the newest first; new events come by themselves. */
export default function Debugger() {
  const [query, setQuery] = useSearchParams()
  const [filter] = useDebouncedValue(Object.fromEntries(names.map((name) => [name, query.get(name) ?? ''])), 250)
  const [live, setLive] = useState(true)
  const source = usePages(
    // The stream of events makes old what stands under its own name alone.
    [live ? 'events' : 'held', 'list', filter],
    (pageToken) =>
      ask(api.GET('/skein/v1/Events', { params: { query: given({ ...filter, pageToken, pageSize: 50 }) as never } })),
    ({ events }) => events,
  )
  const set = (name: string, value: string | null) => {
    const next = new URLSearchParams(query)
    if (value) next.set(name, value)
    else next.delete(name)
    setQuery(next, { replace: true })
  }
  const field = (name: string, label: string) => (
    <TextInput
      label={label}
      value={query.get(name) ?? ''}
      onChange={(event) => set(name, event.currentTarget.value.trim())}
      w={180}
    />
  )
  return (
    <Page
      title="Debugger"
      lead="Everything that happened and was worth telling, without anybody’s words; the newest first."
      actions={
        <Switch label="Live tail" checked={live} onChange={(event) => setLive(event.currentTarget.checked)} size="md" />
      }
    >
      <Group align="flex-end" gap="sm">
        <Select
          label="Source"
          placeholder="any"
          data={['conversation-orchestrator', 'conversation-memory', 'conversation-intelligence']}
          value={query.get('source')}
          onChange={(value) => set('source', value)}
          clearable
          clearButtonProps={{ 'aria-label': 'Any source' }}
          w={240}
        />
        <Select
          label="Level"
          placeholder="any"
          data={['info', 'warning', 'error']}
          value={query.get('level')}
          onChange={(value) => set('level', value)}
          clearable
          clearButtonProps={{ 'aria-label': 'Any level' }}
          w={140}
        />
        <Select
          label="Type"
          placeholder="any"
          data={types}
          value={query.get('type')}
          onChange={(value) => set('type', value)}
          clearable
          clearButtonProps={{ 'aria-label': 'Any type' }}
          w={220}
        />
        {field('text', 'Message')}
        {field('errorCode', 'Error code')}
        {field('requestId', 'Request id')}
      </Group>
      <Listing
        label="Events"
        source={source}
        columns={['When', 'Level', 'Type', 'What', 'Follow']}
        rowKey={({ id }) => id}
        row={({ timestamp, level, type, message, data, correlationId }) => [
          <Time key="at" at={timestamp} />,
          <Status key="level" of={level} />,
          type,
          <Text key="message" size="sm" className="wrap-anywhere">
            {message}
            {data.errorCode != null && (
              <>
                {' '}
                <Anchor href={`/console/errors/${data.errorCode}`} underline="always" size="sm">
                  {data.errorCode}
                </Anchor>
              </>
            )}
          </Text>,
          <Group key="follow" gap="xs">
            {correlationId && (
              <Anchor component={Link} to={`/debugger/${correlationId}`} underline="always" size="sm">
                request
              </Anchor>
            )}
            {(data.conversationId ?? (type.startsWith('conversation.') ? data.id : undefined)) && (
              <Anchor
                component={Link}
                to={`/conversations/${data.conversationId ?? data.id}`}
                underline="always"
                size="sm"
              >
                conversation
              </Anchor>
            )}
          </Group>,
        ]}
        empty={{ title: 'No such event', todo: 'Take filters away, or let something happen on the phones.' }}
      />
    </Page>
  )
}
