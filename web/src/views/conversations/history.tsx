import { Anchor } from '@mantine/core'
import { Link } from 'react-router'
import { Listing } from '../../parts/listing.tsx'
import { Time } from '../../parts/time.tsx'
import type { TimelineQuery } from './timeline.ts'

/** Everything that happened in the conversation, in its own order. */
export function History({ timeline }: { timeline: TimelineQuery }) {
  return (
    <Listing
      label="Events of the conversation"
      source={{ ...timeline, items: timeline.data?.events ?? [] }}
      columns={['#', 'What', 'When', 'Why', 'Request']}
      rowKey={({ n }) => String(n)}
      row={({ n, type, status, at, cause, diagnostic, requestId }) => [
        n,
        [type, status].filter(Boolean).join(' '),
        <Time key="at" at={at} />,
        diagnostic ? `${diagnostic.code}: ${diagnostic.message}` : (cause ?? ''),
        requestId ? (
          <Anchor key="request" component={Link} to={`/debugger?requestId=${requestId}`} size="sm" underline="always">
            follow
          </Anchor>
        ) : (
          'none: by itself'
        ),
      ]}
      empty={{ title: 'No events any more', todo: 'They are kept for a time after a conversation has closed.' }}
    />
  )
}
