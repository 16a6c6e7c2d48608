import { Anchor, Group, Paper, Stack, Switch, Text } from '@mantine/core'
import { Fragment, useState } from 'react'
import { api, ask } from '../../api/client.ts'
import { usePages } from '../../api/pages.ts'
import type { Communication, Conversation } from '../../api/types.ts'
import { Empty } from '../../parts/empty.tsx'
import { More } from '../../parts/listing.tsx'
import { Loading } from '../../parts/loading.tsx'
import { dayOf, Time } from '../../parts/time.tsx'
import { Trouble } from '../../parts/trouble.tsx'
import { WhyHere } from './why-here.tsx'

/** What was said, over all channels; fragments of speech are joined into turns unless they are asked for apart. */
export function Talk({ conversation }: { conversation: Conversation }) {
  const [apart, setApart] = useState(false)
  const id = conversation.id
  const source = usePages(
    ['conversation', id, 'communications'],
    (pageToken) =>
      ask(
        api.GET('/v2/Conversations/{conversationId}/Communications', {
          params: { path: { conversationId: id }, query: { pageSize: 100, ...(pageToken ? { pageToken } : {}) } },
        }),
      ),
    ({ communications }) => communications,
  )
  if (source.isPending) return <Loading />
  if (source.isError) return <Trouble error={source.error} onRetry={() => void source.refetch()} />
  if (source.items.length === 0) return <Empty title="Nothing was said yet">Write below, or from a handset.</Empty>
  const oldestFirst = source.items.toSorted((a, b) =>
    a.occurredAt < b.occurredAt ? -1 : a.occurredAt > b.occurredAt ? 1 : 0,
  )
  const turns = apart ? oldestFirst.map((one) => [one]) : turnsOf(oldestFirst)
  const customers = new Set(
    conversation.participants.filter(({ type }) => type === 'CUSTOMER' || type === 'UNKNOWN').map((one) => one.id),
  )
  return (
    <Stack gap="xs">
      <Switch
        label="Show fragments apart"
        checked={apart}
        onChange={(event) => setApart(event.currentTarget.checked)}
      />
      {turns.map((turn, index) => (
        <Fragment key={turn[0]?.id}>
          <Day of={turn} after={turns[index - 1]} />
          <Turn turn={turn} fromCustomer={customers.has(turn[0]?.author.participantId ?? '')} />
        </Fragment>
      ))}
      {source.hasNextPage && <More source={source} />}
    </Stack>
  )
}

/** On a call one sentence comes as several communications. */
function turnsOf(communications: Communication[]): Communication[][] {
  const turns: Communication[][] = []
  for (const one of communications) {
    const before = turns.at(-1)?.at(-1)
    const goesOn =
      before &&
      one.author.channel === 'VOICE' &&
      before.channelId === one.channelId &&
      before.author.participantId === one.author.participantId
    if (goesOn) turns.at(-1)?.push(one)
    else turns.push([one])
  }
  return turns
}

/** The day on which a turn began, unless the one before it began on the same. */
function Day({ of: [first], after }: { of: Communication[]; after: Communication[] | undefined }) {
  if (!first) return null
  const day = dayOf(first.occurredAt)
  if (after?.[0] && dayOf(after[0].occurredAt) === day) return null
  return (
    <Text size="xs" c="dimmed" ta="center">
      {day}
    </Text>
  )
}

function Turn({ turn, fromCustomer }: { turn: Communication[]; fromCustomer: boolean }) {
  const [why, setWhy] = useState(false)
  const [first] = turn
  if (!first) return null
  const delivery = first.recipients.map(({ deliveryStatus }) => deliveryStatus).filter((status) => status !== null)
  return (
    <Paper
      withBorder
      p="sm"
      maw={640}
      w="fit-content"
      ml={fromCustomer ? 0 : 'auto'}
      bg={fromCustomer ? 'transparent' : 'var(--mantine-color-default-hover)'}
      className="appears"
    >
      <Text className="wrap-anywhere">{turn.map(({ content }) => content.text).join(' ')}</Text>
      <Group gap="xs" mt={4}>
        <Text size="xs" c="dimmed" className="wrap-anywhere" style={{ minWidth: 0 }}>
          {first.author.channel} · {first.author.address} · <Time at={first.occurredAt} brief />
          {delivery.length > 0 && ` · ${[...new Set(delivery)].join(', ').toLowerCase().replaceAll('_', ' ')}`}
          {turn.length > 1 && ` · ${turn.length} fragments`}
        </Text>
        <Anchor
          component="button"
          type="button"
          size="xs"
          underline="always"
          onClick={() => setWhy(!why)}
          aria-expanded={why}
        >
          Why is it here?
        </Anchor>
      </Group>
      {why && <WhyHere id={first.id} />}
    </Paper>
  )
}
