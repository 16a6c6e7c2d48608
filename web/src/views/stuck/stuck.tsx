import { Anchor } from '@mantine/core'
import { Link } from 'react-router'
import { api, ask } from '../../api/client.ts'
import { given, usePages } from '../../api/pages.ts'
import { Listing } from '../../parts/listing.tsx'
import { Page } from '../../parts/page.tsx'
import { Status } from '../../parts/status.tsx'
import { Time } from '../../parts/time.tsx'

export default function Stuck() {
  const source = usePages(
    ['conversations', 'stuck'],
    (pageToken) => ask(api.GET('/skein/v1/Conversations/Stuck', { params: { query: given({ pageToken }) } })),
    ({ conversations }) => conversations,
  )
  return (
    <Page
      title="Stuck conversations"
      lead="Open, and no clock but the lifespan will ever move them on. Open one to see why, and close it there."
    >
      <Listing
        label="Stuck conversations"
        source={source}
        columns={['Conversation', 'Status', 'Last word', 'Why']}
        rowKey={({ id }) => id}
        row={({ id, name, status, lastCommunicationAt, reason }) => [
          <Anchor key="id" component={Link} to={`/conversations/${id}`} underline="always" className="wrap-anywhere">
            {name ?? id}
          </Anchor>,
          <Status key="status" of={status} />,
          <Time key="at" at={lastCommunicationAt} />,
          reason,
        ]}
        empty={{
          title: 'None is stuck',
          todo: 'Conversations would be listed here whose channels have no timeouts. There is nothing to do.',
        }}
      />
    </Page>
  )
}
