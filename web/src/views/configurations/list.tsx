import { Anchor, Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from 'react-router'
import { api, ask } from '../../api/client.ts'
import { Listing } from '../../parts/listing.tsx'
import { Page } from '../../parts/page.tsx'
import { Time } from '../../parts/time.tsx'
import { groupings } from './groupings.ts'

export default function Configurations() {
  const found = useQuery({
    queryKey: ['configurations'],
    queryFn: () => ask(api.GET('/v2/ControlPlane/Configurations', {})),
  })
  return (
    <Page
      title="Conversation configurations"
      lead="Each says which traffic is captured, how it is wound into conversations, and when those end."
      actions={
        <Button component={Link} to="/configurations/new">
          Create a Conversation configuration
        </Button>
      }
    >
      <Listing
        label="Conversation configurations"
        source={{ ...found, items: found.data?.configurations ?? [] }}
        columns={['Name', 'Description', 'Conversation grouping', 'Channels', 'Updated']}
        rowKey={({ id }) => id}
        row={({ id, displayName, description, conversationGroupingType, channelSettings, updatedAt }) => [
          <Anchor key="name" component={Link} to={`/configurations/${id}`} underline="always">
            {displayName}
          </Anchor>,
          description,
          groupings[conversationGroupingType].title,
          Object.keys(channelSettings).join(', '),
          <Time key="at" at={updatedAt} />,
        ]}
        empty={{
          title: 'No configuration yet',
          todo: 'Create one, and traffic to your numbers becomes conversations.',
        }}
      />
    </Page>
  )
}
