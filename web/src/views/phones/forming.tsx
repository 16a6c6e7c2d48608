import { Anchor, Group, Paper, Stack, Text, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from 'react-router'
import { api, ask } from '../../api/client.ts'
import type { Conversation } from '../../api/types.ts'
import { Empty } from '../../parts/empty.tsx'
import { Loading } from '../../parts/loading.tsx'
import { Status } from '../../parts/status.tsx'
import { Countdown } from '../../parts/time.tsx'
import { Trouble } from '../../parts/trouble.tsx'
import { useTimeline } from '../conversations/timeline.ts'
import { WhyHere } from '../conversations/why-here.tsx'

const newest = 20

/** The newest conversations as they form, by their configurations, with the reason for every step. */
export function Forming() {
  const found = useQuery({
    queryKey: ['conversations', 'forming'],
    queryFn: () => ask(api.GET('/v2/Conversations', { params: { query: { pageSize: newest } } })),
  })
  if (found.isPending) return <Loading />
  if (found.isError) return <Trouble error={found.error} onRetry={() => void found.refetch()} />
  const groups = Map.groupBy(found.data.conversations, ({ configuration }) => configuration.displayName)
  if (groups.size === 0) return <Empty title="No conversation yet">Write the first message on a phone.</Empty>
  return (
    <Stack component="section" aria-label="Conversations as they form">
      <Title order={2} size="h4">
        What becomes of it
      </Title>
      {[...groups].map(([name, conversations]) => (
        <Stack key={name} component="section" aria-label={name} gap="xs">
          <Title order={3} size="h6">
            {name}: {conversations.length} {conversations.length === 1 ? 'conversation' : 'conversations'}
            <Text span size="xs" c="dimmed" fw={400}>
              {' '}
              {grouped[conversations[0]?.configuration.conversationGroupingType ?? '']}
            </Text>
          </Title>
          {conversations.map((conversation) => (
            <One key={conversation.id} conversation={conversation} />
          ))}
        </Stack>
      ))}
    </Stack>
  )
}

const grouped: Record<string, string> = {
  GROUP_BY_PROFILE: 'grouped by profile',
  GROUP_BY_PARTICIPANT_ADDRESSES: 'grouped by addresses',
  GROUP_BY_PARTICIPANT_ADDRESSES_AND_CHANNEL_TYPE: 'grouped by addresses and channel',
}

function One({ conversation }: { conversation: Conversation }) {
  const { id, status, name, participants } = conversation
  const timeline = useTimeline(id)
  const said = useQuery({
    queryKey: ['conversation', id, 'forming'],
    queryFn: () =>
      ask(
        api.GET('/v2/Conversations/{conversationId}/Communications', {
          params: { path: { conversationId: id }, query: { pageSize: 100 } },
        }),
      ),
  })
  const communications = (said.data?.communications ?? []).toSorted((a, b) => (a.createdAt < b.createdAt ? -1 : 1))
  const next = timeline.data?.clocks.upcoming[0]
  return (
    <Paper withBorder p="md" data-conversation={id}>
      <Group justify="space-between" wrap="nowrap">
        <Anchor component={Link} to={`/conversations/${id}`} fw={600} underline="always" className="wrap-anywhere">
          {name ?? participants.map((one) => one.addresses[0]?.address ?? one.name).join(' and ')}
        </Anchor>
        <Status of={status} />
      </Group>
      <Text size="xs" c="dimmed">
        {next ? (
          <>
            {next.status} <Countdown to={next.at} />
          </>
        ) : (
          'No clock runs on it.'
        )}
      </Text>
      <Stack gap={4} mt="xs">
        {communications.map(({ id: communication, author, content }) => (
          <details key={communication} className="appears">
            <summary>
              <Text span size="sm" className="wrap-anywhere">
                {author.channel} from {author.address}: {content.text}
              </Text>
            </summary>
            <WhyHere id={communication} />
          </details>
        ))}
      </Stack>
    </Paper>
  )
}
