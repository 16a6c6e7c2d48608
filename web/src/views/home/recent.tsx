import { Anchor } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from 'react-router'
import { api, ask } from '../../api/client.ts'
import { Listing } from '../../parts/listing.tsx'
import { Status } from '../../parts/status.tsx'
import { Time } from '../../parts/time.tsx'

export function Recent() {
  const found = useQuery({
    queryKey: ['events', 'recent'],
    queryFn: () => ask(api.GET('/skein/v1/Events', { params: { query: { pageSize: 8 } } })),
  })
  return (
    <Listing
      label="What happened last"
      source={{ ...found, items: found.data?.events ?? [] }}
      columns={['When', 'Level', 'What']}
      rowKey={({ id }) => id}
      row={({ timestamp, level, message }) => [
        <Time key="at" at={timestamp} />,
        <Status key="level" of={level} />,
        message,
      ]}
      empty={{ title: 'Nothing happened yet', todo: 'Events appear here as soon as there is traffic.' }}
      end={
        <Anchor component={Link} to="/debugger" size="xs" underline="always">
          All of them are in the debugger
        </Anchor>
      }
    />
  )
}
