import { Anchor } from '@mantine/core'
import { Link } from 'react-router'
import { api, ask } from '../../api/client.ts'
import { given, usePages } from '../../api/pages.ts'
import { Listing } from '../../parts/listing.tsx'
import { Status } from '../../parts/status.tsx'
import { Time } from '../../parts/time.tsx'

/** What became of events on their way to status callbacks. */
export function Deliveries(filter: { conversationId?: string; targetId?: string; state?: string }) {
  const source = usePages(
    ['deliveries', filter],
    (pageToken) =>
      ask(api.GET('/skein/v1/Deliveries', { params: { query: given({ ...filter, pageToken }) as never } })),
    ({ deliveries }) => deliveries,
  )
  return (
    <Listing
      label="Deliveries"
      source={source}
      columns={['Event', 'State', 'Attempts', 'Last answer', 'Changed']}
      rowKey={({ id }) => id}
      row={({ id, eventType, eventNumber, state, attemptCount, lastStatus, lastError, updatedAt }) => [
        <Anchor key="id" component={Link} to={`/webhooks/deliveries/${id}`} underline="always">
          {eventType} #{eventNumber}
        </Anchor>,
        <Status key="state" of={state} />,
        attemptCount,
        lastStatus ?? lastError ?? '',
        <Time key="at" at={updatedAt} />,
      ]}
      empty={{
        title: 'No deliveries',
        todo: 'A delivery exists from its first attempt on. Give a configuration a callback URL, then let something happen.',
      }}
    />
  )
}
