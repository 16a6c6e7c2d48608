import { Anchor } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from 'react-router'
import { api, ask } from '../../api/client.ts'
import { Listing } from '../../parts/listing.tsx'
import { Section } from '../../parts/section.tsx'
import { Status } from '../../parts/status.tsx'
import { Time } from '../../parts/time.tsx'

const newest = 20

/** Conversations in which somebody with this profile takes part, found by the profile's identifiers. */
export function Conversations({ profileId, addresses }: { profileId: string; addresses: string[] }) {
  const found = useQuery({
    queryKey: ['conversations', 'profile', profileId, addresses],
    queryFn: () => fetchConversations(profileId, addresses),
  })
  return (
    <Section title="Conversations" lead={`The ${newest} newest at most, of each identifier.`}>
      <Listing
        label="Conversations"
        source={{ ...found, items: found.data ?? [] }}
        columns={['With', 'Channels', 'Status', 'Last word']}
        rowKey={({ id }) => id}
        row={({ id, name, participants, channels, status, lastCommunicationAt, configurationName }) => [
          <Anchor key="with" component={Link} to={`/conversations/${id}`} underline="always" className="wrap-anywhere">
            {name ??
              (participants
                .filter((one) => one.profileId !== profileId)
                .map((one) => one.addresses[0]?.address ?? one.name)
                .join(', ') ||
                configurationName)}
          </Anchor>,
          channels.join(', '),
          <Status key="status" of={status} />,
          <Time key="at" at={lastCommunicationAt} />,
        ]}
        empty={{
          title: 'No conversations',
          todo: 'Conversations appear once somebody with one of the identifiers writes.',
        }}
      />
    </Section>
  )
}

async function fetchConversations(profileId: string, addresses: string[]) {
  const pages = await Promise.all(
    addresses.map((address) =>
      ask(api.GET('/skein/v1/Conversations', { params: { query: { address, pageSize: newest } } })),
    ),
  )
  const found = new Map(pages.flatMap(({ conversations }) => conversations.map((one) => [one.id, one])))
  return [...found.values()]
    .filter(({ participants }) => participants.some((one) => one.profileId === profileId))
    .toSorted((a, b) => (a.createdAt < b.createdAt ? 1 : -1))
}
