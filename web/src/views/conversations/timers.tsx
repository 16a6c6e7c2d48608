import { Group, Paper, Stack, Text, Title } from '@mantine/core'
import { Loading } from '../../parts/loading.tsx'
import { Status } from '../../parts/status.tsx'
import { Countdown, Time } from '../../parts/time.tsx'
import type { TimelineQuery } from './timeline.ts'

/** When the conversation will change by itself, counted down, and by which channel's clock. */
export function Timers({ timeline, isClosed }: { timeline: TimelineQuery; isClosed: boolean }) {
  if (!timeline.data) return <Loading rows={2} />
  const { upcoming, channels, stuck, stuckReason } = timeline.data.clocks
  return (
    <Paper withBorder p="md">
      <Title order={2} size="h5" mb="xs">
        What happens next
      </Title>
      <Stack gap={6}>
        {upcoming.length === 0 && (
          <Text size="sm" c="dimmed">
            {isClosed ? 'Nothing: it is closed, and that is final.' : 'Nothing will change it by itself.'}
          </Text>
        )}
        {upcoming.map(({ status, at, cause }) => (
          <Group key={status} justify="space-between" wrap="nowrap">
            <Status of={status} />
            <Text size="sm" ta="right">
              <Countdown to={at} />
              <Text span c="dimmed" size="xs" display="block">
                <Time at={at} /> · {cause.toLowerCase().replaceAll('_', ' ')}
              </Text>
            </Text>
          </Group>
        ))}
        {stuck && <Text size="sm">Stuck: {stuckReason}</Text>}
        {channels.map(({ channel, phase, lastCommunicationAt }) => (
          <Text size="xs" c="dimmed" key={channel}>
            {isClosed ? `${channel}: ` : `${channel} is ${phase.toLowerCase()}; `}last word{' '}
            <Time at={lastCommunicationAt} />
          </Text>
        ))}
      </Stack>
    </Paper>
  )
}
