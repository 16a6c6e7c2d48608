import { Anchor, SegmentedControl, Stack, Title } from '@mantine/core'
import { useState } from 'react'
import { Link } from 'react-router'
import { api, ask } from '../../api/client.ts'
import { given, usePages } from '../../api/pages.ts'
import { Listing } from '../../parts/listing.tsx'
import { Page } from '../../parts/page.tsx'
import { Status } from '../../parts/status.tsx'
import { Time } from '../../parts/time.tsx'
import { Deliveries } from './deliveries.tsx'

export default function Webhooks() {
  const [state, setState] = useState('')
  const source = usePages(
    ['targets'],
    (pageToken) => ask(api.GET('/skein/v1/Targets', { params: { query: given({ pageToken }) } })),
    ({ targets }) => targets,
  )
  return (
    <Page title="Webhooks" lead="Where status callbacks go, how each place fares, and what became of every event.">
      <Title order={2} size="h4">
        Targets
      </Title>
      <Listing
        label="Targets"
        source={source}
        columns={['URL', 'Of', 'State', 'Failures', 'Waiting', 'Last success']}
        rowKey={({ id }) => id}
        row={({ id, url, owner, state: health, failures, backlog, lastSuccessAt }) => [
          <Anchor
            key="url"
            component={Link}
            to={`/webhooks/targets/${id}`}
            className="wrap-anywhere"
            underline="always"
          >
            {url}
          </Anchor>,
          <Owner key="of" owner={owner} />,
          <Status key="state" of={health} />,
          failures,
          backlog.conversations + backlog.retries,
          <Time key="at" at={lastSuccessAt} />,
        ]}
        empty={{
          title: 'Nobody is told',
          todo: 'Give a configuration a callback URL on its page, under Webhook, and its events are sent there.',
        }}
      />
      <Stack gap="xs">
        <Title order={2} size="h4">
          Deliveries
        </Title>
        <SegmentedControl
          aria-label="State of deliveries"
          value={state}
          onChange={setState}
          data={[
            { value: '', label: 'All' },
            { value: 'PENDING', label: 'To be tried again' },
            { value: 'DEAD', label: 'Given up' },
            { value: 'DELIVERED', label: 'Delivered' },
          ]}
          w="fit-content"
          maw="100%"
        />
        <Deliveries {...(state === '' ? {} : { state })} />
      </Stack>
    </Page>
  )
}

/** Whose list it stands in: many may have the same URL. */
function Owner({ owner: { kind, id } }: { owner: { kind: string; id: string } }) {
  if (kind === 'intelligenceRule') return 'intelligence rule'
  return (
    <Anchor component={Link} to={`/${kind}s/${id}`} underline="always" size="sm" title={id}>
      {kind}
    </Anchor>
  )
}
